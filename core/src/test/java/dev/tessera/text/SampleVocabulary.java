package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.SplitPattern;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A small vocabulary, learned from texts of many scripts, and such texts.
final class SampleVocabulary {
  static final String END = "<|end|>";
  static final String END_OF_PROMPT = "<|end|>of<|prompt|>";
  static final Map<String, Integer> SPECIAL_TOKENS = Map.of(END, 5000, END_OF_PROMPT, 5003);

  private static final String[] WORDS = {
    "tile",
    " tile",
    " mosaic",
    " the",
    " a",
    "token",
    " tokens",
    "ization",
    " World",
    "HELLO",
    "'s",
    "'LL",
    " 2026",
    "3.14159",
    "0",
    "42",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "  ",
    "        ",
    "\t",
    ".",
    ", ",
    "...",
    " = ",
    "(",
    ");",
    "//",
    "/",
    "==",
    "->",
    "_",
    "漢字",
    "仮名",
    "東京都庁",
    "中華人民共和国",
    "日本語の文章",
    "한국어",
    " 문장",
    "Привет",
    " мир",
    "γειά",
    "العربية",
    "हिन्दी",
    "ไทย",
    "é",
    "e\u0301",
    "naïve",
    "ß",
    "👩‍🚀",
    "🎉",
    "\u00a0",
    "\u3000",
    "\u2028",
    "ﬁ",
    "½",
    "²",
    "Ⅷ",
    "٣"
  };

  private SampleVocabulary() {}

  /// A text of words, characters and runs.
  static String text(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      switch (random.nextInt(12)) {
        case 0 -> text.appendCodePoint(codePoint(random));
        case 1 -> text.append(WORDS[random.nextInt(WORDS.length)].repeat(1 + random.nextInt(9)));
        case 2 -> text.append((char) (' ' + random.nextInt(95)));
        default -> text.append(WORDS[random.nextInt(1 + random.nextInt(WORDS.length))]);
      }
    }
    return text.toString();
  }

  private static int codePoint(Random random) {
    while (true) {
      int[] ends = {0x80, 0x600, 0x3100, 0x10000, 0x30000};
      int point = random.nextInt(ends[random.nextInt(ends.length)]);
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        return point;
      }
    }
  }

  /// A vocabulary of this size, special tokens apart.
  static TextModel model(SplitPattern pattern, int size, boolean wholePieces) {
    Random random = new Random(99);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      texts.add(text(random, 60));
    }
    LearnedBpe learned;
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1))) {
      learned =
          BpeTrainer.train(
              BpeTrainer.splitter(scalar, pattern),
              1,
              Corpus.texts(texts),
              BpeTrainerOptions.of(size, pattern),
              new BpeTrainer.Listener() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TextModel(tables(learned, wholePieces), pattern, null, SPECIAL_TOKENS, null);
  }

  private static BpeTables tables(LearnedBpe learned, boolean wholePieces) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] ends = new int[learned.size()];
    for (int id = 0; id < ends.length; id++) {
      bytes.writeBytes(learned.token(id));
      ends[id] = bytes.size();
    }
    int[] byteSymbols = new int[256];
    for (int b = 0; b < 256; b++) {
      byteSymbols[b] = learned.byteId((byte) b);
    }
    int merges = learned.merges();
    int[] left = new int[merges];
    int[] right = new int[merges];
    int[] merged = new int[merges];
    int[] rank = new int[merges];
    for (int i = 0; i < merges; i++) {
      left[i] = learned.left(i);
      right[i] = learned.right(i);
      merged[i] = learned.result(i);
      rank[i] = i;
    }
    return new BpeTables(
        bytes.toByteArray(),
        ends,
        byteSymbols,
        new MergeOperand(left, right, merged, rank, ends.length),
        wholePieces);
  }
}
