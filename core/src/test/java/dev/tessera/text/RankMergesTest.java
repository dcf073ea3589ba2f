package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.io.RankFile;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules that are derived from ranks lead where the reference's look-ups lead, also where
/// tokens stand in no sensible order.
class RankMergesTest {
  private static final Pretokenizer WHOLE = Pretokenizer.sequence(List.of());

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void rulesLeadWhereTheRanksLead(int seed) throws IOException {
    Random random = new Random(seed);
    int letters = 2 + seed % 3;
    List<byte[]> tokens = tokens(random, letters, seed % 2 == 0);
    Path file = folder.resolve("random.tiktoken");
    RankFile.write(file, tokens);
    BpeVocabulary vocabulary = BpeVocabulary.tiktoken(file, WHOLE, Map.of());
    Map<ByteBuffer, Integer> ranks = new HashMap<>();
    for (int rank = 0; rank < tokens.size(); rank++) {
      ranks.put(ByteBuffer.wrap(tokens.get(rank)), rank);
    }
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT)) {
      for (int i = 0; i < 2_000; i++) {
        byte[] text = word(random, letters, 1 + random.nextInt(24));
        assertThat(tokenizer.encode(text, SpecialTokens.AS_TEXT))
            .as("seed %d, '%s'", seed, new String(text, StandardCharsets.US_ASCII))
            .isEqualTo(reference(text, ranks));
      }
    }
  }

  /// All bytes and some words, which come after what they are made of, or anywhere.
  private static List<byte[]> tokens(Random random, int letters, boolean sorted) {
    Set<String> words = new TreeSet<>();
    while (words.size() < 60) {
      byte[] word = word(random, letters, 2 + random.nextInt(6));
      words.add(new String(word, StandardCharsets.US_ASCII));
    }
    List<String> order = new ArrayList<>(words);
    Collections.shuffle(order, random);
    if (sorted) {
      order.sort(java.util.Comparator.comparingInt(String::length));
    }
    List<byte[]> tokens = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      tokens.add(new byte[] {(byte) value});
    }
    order.forEach(word -> tokens.add(word.getBytes(StandardCharsets.US_ASCII)));
    return tokens;
  }

  private static byte[] word(Random random, int letters, int length) {
    byte[] word = new byte[length];
    for (int i = 0; i < length; i++) {
      word[i] = (byte) ('a' + random.nextInt(letters));
    }
    return word;
  }

  /// tiktoken's algorithm.
  private static int[] reference(byte[] text, Map<ByteBuffer, Integer> ranks) {
    Integer whole = ranks.get(ByteBuffer.wrap(text));
    if (whole != null) {
      return new int[] {whole};
    }
    List<byte[]> parts = new ArrayList<>();
    for (byte b : text) {
      parts.add(new byte[] {b});
    }
    while (true) {
      int lowest = Integer.MAX_VALUE;
      int at = -1;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank =
            ranks.getOrDefault(
                ByteBuffer.wrap(join(parts.get(i), parts.get(i + 1))), Integer.MAX_VALUE);
        if (rank < lowest) {
          lowest = rank;
          at = i;
        }
      }
      if (at < 0) {
        return parts.stream().mapToInt(part -> ranks.get(ByteBuffer.wrap(part))).toArray();
      }
      parts.set(at, join(parts.get(at), parts.remove(at + 1)));
    }
  }

  private static byte[] join(byte[] left, byte[] right) {
    return ByteBuffer.allocate(left.length + right.length).put(left).put(right).array();
  }

  @Test
  void specialTokensHaveRanksOfTheirOwn() throws IOException {
    List<byte[]> tokens = tokens(new Random(1), 2, true);
    Path file = folder.resolve("special.tiktoken");
    RankFile.write(file, tokens);
    assertThatThrownBy(() -> BpeVocabulary.tiktoken(file, WHOLE, Map.of("<|end|>", 300)))
        .hasMessage(
            file
                + ": expected no token with the rank 300, which the special token <|end|> has,"
                + " found one");
    List<byte[]> gap = new ArrayList<>(tokens);
    gap.set(300, new byte[0]);
    RankFile.write(file, gap);
    BpeVocabulary vocabulary = BpeVocabulary.tiktoken(file, WHOLE, Map.of("<|end|>", 300));
    assertThat(vocabulary.bytes(300)).asString(StandardCharsets.UTF_8).isEqualTo("<|end|>");
    assertThat(vocabulary.size()).isEqualTo(tokens.size());
  }

  @Test
  void encodingsAreFoundByName() {
    assertThatThrownBy(() -> BpeVocabulary.named("cl101k"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no encoding called cl101k; there are cl100k, cl100k_base");
    assertThatThrownBy(() -> BpeVocabulary.named("cl100k"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the encoding cl100k needs the rank file cl100k_base.tiktoken");
    Path file = folder.resolve("small.tiktoken");
    assertThatThrownBy(
            () -> {
              RankFile.write(file, tokens(new Random(1), 2, true));
              BpeVocabulary.named("cl100k", file);
            })
        .hasMessage(file + ": expected the 100256 ranks of CL100K, found 316");
  }
}
