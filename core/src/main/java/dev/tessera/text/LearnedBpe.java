package dev.tessera.text;

import dev.tessera.io.ByteLevelBpe;
import dev.tessera.io.RankFile;
import dev.tessera.kernel.SplitPattern;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A byte-level encoding that was learned: its tokens, and the merges in the order in which they
/// apply. Immutable.
public final class LearnedBpe {
  private final SplitPattern pattern;
  private final List<String> specialTokens;
  private final byte[][] tokens;
  private final int[] byteIds;
  private final int[] merges; // left, right, result, left, ...
  private final long[] frequencies;

  LearnedBpe(
      SplitPattern pattern,
      List<String> specialTokens,
      byte[][] tokens,
      int[] byteIds,
      int[] merges,
      long[] frequencies) {
    this.pattern = pattern;
    this.specialTokens = List.copyOf(specialTokens);
    this.tokens = tokens;
    this.byteIds = byteIds;
    this.merges = merges;
    this.frequencies = frequencies;
  }

  /// How many tokens there are, special ones included.
  public int size() {
    return tokens.length;
  }

  /// The special tokens, whose ids are 0, 1, ...
  public List<String> specialTokens() {
    return specialTokens;
  }

  /// The bytes of a token; of a special one its text in UTF-8.
  public byte[] token(int id) {
    if (id < 0 || id >= tokens.length) {
      throw new IndexOutOfBoundsException(
          "token %d of a vocabulary of %d".formatted(id, tokens.length));
    }
    return tokens[id].clone();
  }

  /// The id of the token that is one byte.
  public int byteId(byte value) {
    return byteIds[value & 0xFF];
  }

  /// How many merges there are: as many as tokens that are neither special nor bytes, and one more
  /// for each special token whose text merging led to.
  public int merges() {
    return frequencies.length;
  }

  /// The left token of the merge of that rank, from 0.
  public int left(int merge) {
    return merges[3 * checked(merge)];
  }

  /// The right token of a merge.
  public int right(int merge) {
    return merges[3 * checked(merge) + 1];
  }

  /// The token that a merge makes.
  public int result(int merge) {
    return merges[3 * checked(merge) + 2];
  }

  /// How often the two tokens of a merge stood beside each other when they were merged.
  public long frequency(int merge) {
    return frequencies[checked(merge)];
  }

  /// What cuts text into pieces before it is merged.
  public SplitPattern pattern() {
    return pattern;
  }

  /// Writes a `tokenizer.json`, which appears whole or not at all: Hugging Face's tokenizers, and
  /// Tessera, read it.
  public void writeTokenizerJson(Path file) throws IOException {
    int[] left = new int[merges()];
    int[] right = new int[merges()];
    for (int i = 0; i < merges(); i++) {
      left[i] = left(i);
      right[i] = right(i);
    }
    Map<String, Integer> specials = new LinkedHashMap<>();
    for (String token : specialTokens) {
      specials.put(token, specials.size());
    }
    new ByteLevelBpe(
            List.of(tokens), left, right, specials, PublishedRegexes.written(pattern).orElse(null))
        .write(file);
  }

  /// Writes a `.tiktoken` file of ranks, which appears whole or not at all. A rank is an id;
  /// special tokens are left out, as always in such files, and are given to the reader by name.
  ///
  /// @throws IllegalArgumentException if a special token is spelled as a byte, or as what merging
  ///   led to, which ranks cannot say
  public void writeRanks(Path file) throws IOException {
    List<byte[]> ranked = new ArrayList<>(List.of(tokens));
    for (int id = 0; id < specialTokens.size(); id++) {
      ranked.set(id, new byte[0]);
    }
    for (int id : byteIds) {
      requireNotSpecial(id);
    }
    for (int i = 0; i < merges(); i++) {
      requireNotSpecial(result(i));
    }
    RankFile.write(file, ranked);
  }

  private void requireNotSpecial(int id) {
    if (id < specialTokens.size()) {
      throw new IllegalArgumentException(
          "the special token `%s` is an ordinary one, too: a file of ranks has no way to say so"
              .formatted(specialTokens.get(id)));
    }
  }

  private int checked(int merge) {
    if (merge < 0 || merge >= frequencies.length) {
      throw new IndexOutOfBoundsException("merge %d of %d".formatted(merge, frequencies.length));
    }
    return merge;
  }
}
