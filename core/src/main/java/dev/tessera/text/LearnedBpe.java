package dev.tessera.text;

import java.util.List;

/// A byte-level encoding that was learned: its tokens, and the merges in the order in which they
/// apply. Immutable.
public final class LearnedBpe {
  private final List<String> specialTokens;
  private final byte[][] tokens;
  private final int[] byteIds;
  private final int[] merges; // left, right, result, left, ...
  private final long[] frequencies;

  LearnedBpe(
      List<String> specialTokens,
      byte[][] tokens,
      int[] byteIds,
      int[] merges,
      long[] frequencies) {
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

  private int checked(int merge) {
    if (merge < 0 || merge >= frequencies.length) {
      throw new IndexOutOfBoundsException("merge %d of %d".formatted(merge, frequencies.length));
    }
    return merge;
  }
}
