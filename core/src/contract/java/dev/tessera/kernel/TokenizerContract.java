package dev.tessera.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeTrainer;
import dev.tessera.text.BpeTrainerOptions;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.Corpus;
import dev.tessera.text.LearnedSentencePieces;
import dev.tessera.text.SentencePieceTrainer;
import dev.tessera.text.SentencePieceTrainerOptions;
import dev.tessera.text.SpecialTokens;
import dev.tessera.text.TextOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What tokenizing with a cache of pieces must do, however it looks them up: give the ids that the
/// specification gives, which merges every piece.
public abstract class TokenizerContract {
  private static final int SIZE = 2_000;
  private static final int PIECES = 12_000;
  private static final int CHARS = 200_000;

  /// The specification takes quadratic time.
  private static final int LONG = 4_000;

  /// Passes over the same text: some for plain loops and vector code to take turns, some behind.
  private static final int PASSES = 40;

  private final String backend;

  @TempDir private Path folder;

  /// @param backend what is asked for
  protected TokenizerContract(String backend) {
    this.backend = backend;
  }

  @ParameterizedTest
  @ValueSource(longs = {TextOptions.LEAST_CACHE_BYTES, TextOptions.DEFAULT_CACHE_BYTES})
  void idsAreThoseOfTheSpecification(long cacheBytes) throws IOException {
    Random random = new Random(12);
    TextOptions options = new TextOptions(cacheBytes);
    try (Backends backends = Backends.open(backend, new BackendOptions(1));
        Backends plain = Backends.open("scalar", new BackendOptions(1))) {
      BpeVocabulary vocabulary = vocabulary(plain, SampleText.mixed(random, CHARS));
      try (BpeTokenizer tokenizer = BpeTokenizer.of(backends, vocabulary, options);
          BpeTokenizer specification = BpeTokenizer.of(plain, vocabulary, options)) {
        byte[] known = SampleText.mixed(random, CHARS).getBytes(UTF_8);
        byte[] damaged = SampleText.damaged(random, known.clone());
        for (byte[] text : List.of(known, damaged)) {
          int[] expected = specification.encode(text, SpecialTokens.AS_TEXT);
          for (int pass = 0; pass < PASSES; pass++) {
            assertThat(tokenizer.encode(text, SpecialTokens.AS_TEXT)).isEqualTo(expected);
            assertThat(tokenizer.count(text, SpecialTokens.AS_TEXT)).isEqualTo(expected.length);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pieces.model", "tokenizer.json"})
  void idsOfCharactersAreThoseOfTheSpecification(String form) throws IOException {
    Random random = new Random(13);
    try (Backends backends = Backends.open(backend, new BackendOptions(1));
        Backends plain = Backends.open("scalar", new BackendOptions(1))) {
      BpeVocabulary vocabulary = pieces(plain, lines(random), form);
      try (BpeTokenizer tokenizer = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT);
          BpeTokenizer specification = BpeTokenizer.of(plain, vocabulary, TextOptions.DEFAULT)) {
        assertThat(tokenizer.report().splitting()).endsWith("spaces as they come");
        for (byte[] text : spacedTexts(random)) {
          for (SpecialTokens policy : List.of(SpecialTokens.AS_TEXT, SpecialTokens.ALLOWED)) {
            int[] expected = specification.encode(text, policy);
            for (int pass = 0; pass < (text.length < LONG ? 2 : PASSES); pass++) {
              assertThat(tokenizer.encode(text, policy)).isEqualTo(expected);
              assertThat(tokenizer.count(text, policy)).isEqualTo(expected.length);
            }
          }
        }
      }
    }
  }

  private static String lines(Random random) {
    StringBuilder lines = new StringBuilder();
    for (int line = 0; line < 500; line++) {
      lines.append(SampleText.mixed(random, 60)).append(" \uFFFD\n");
    }
    return lines.toString();
  }

  /// Texts of a few characters and of thousands, valid and damaged, with what a space is written as
  /// and with special tokens.
  private static List<byte[]> spacedTexts(Random random) {
    List<byte[]> texts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(" ".repeat(random.nextInt(3)));
      text.append(SampleText.mixed(random, random.nextInt(i % 100 == 0 ? LONG : 200)));
      for (String added : List.of("</s>", "\u2581", " ", "<s> ")) {
        text.insert(random.nextInt(text.length() + 1), added);
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      texts.add(random.nextBoolean() ? bytes : SampleText.damaged(random, bytes));
    }
    for (int value = 0; value < 256; value++) { // what begins a character, and what does not
      byte[] one = new byte[100];
      Arrays.fill(one, (byte) value);
      one[random.nextInt(one.length)] = 'a';
      texts.add(one);
    }
    return texts;
  }

  private BpeVocabulary pieces(Backends backends, String text, String form) throws IOException {
    LearnedSentencePieces learned =
        SentencePieceTrainer.train(
            backends,
            Corpus.texts(text.lines().toList()),
            SentencePieceTrainerOptions.llama2(PIECES),
            new BpeTrainer.Listener() {});
    Path file = folder.resolve(form);
    if (form.endsWith(".json")) {
      learned.writeTokenizerJson(file);
      return BpeVocabulary.tokenizerJson(file);
    }
    learned.writeModel(file);
    return BpeVocabulary.sentencePiece(file);
  }

  private BpeVocabulary vocabulary(Backends backends, String text) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    BpeTrainer.train(
            backends,
            Corpus.texts(List.of(text)),
            BpeTrainerOptions.of(SIZE, SplitPattern.CL100K),
            new BpeTrainer.Listener() {})
        .writeTokenizerJson(file);
    return BpeVocabulary.tokenizerJson(file);
  }
}
