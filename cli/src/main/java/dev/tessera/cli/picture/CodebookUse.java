package dev.tessera.cli.picture;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// How often each codeword is used.
public final class CodebookUse {
  private final long[] counts;

  private CodebookUse(long[] counts) {
    this.counts = counts;
  }

  /// Counts ids.
  ///
  /// @param ids `[n x 1]`, each in `[0, codes)`
  public static CodebookUse of(TokenIds ids, int codes) {
    long[] counts = new long[codes];
    for (long row = 0; row < ids.rows(); row++) {
      counts[ids.get(row)]++;
    }
    return new CodebookUse(counts);
  }

  /// The uses of each id; a new array.
  public long[] counts() {
    return counts.clone();
  }

  /// The number of codewords that are used at all.
  public long used() {
    return Arrays.stream(counts).filter(count -> count > 0).count();
  }

  /// The number of tokens.
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /// What a token carries, by its frequency alone: `-sum p log2 p`.
  public double entropyBits() {
    double total = total();
    double bits = 0;
    for (long count : counts) {
      if (count > 0) {
        bits -= count / total * (Math.log(count / total) / Math.log(2));
      }
    }
    return bits;
  }

  /// As many codewords, used evenly, would carry as much: `2^entropy`.
  public double perplexity() {
    return Math.pow(2, entropyBits());
  }

  /// The counts, greatest first.
  long[] descending() {
    long[] ascending = counts.clone();
    Arrays.sort(ascending);
    long[] descending = new long[ascending.length];
    for (int i = 0; i < ascending.length; i++) {
      descending[i] = ascending[ascending.length - 1 - i];
    }
    return descending;
  }

  /// The id that is used most, the lowest of equals.
  int mostUsed() {
    int most = 0;
    for (int id = 1; id < counts.length; id++) {
      if (counts[id] > counts[most]) {
        most = id;
      }
    }
    return most;
  }
}
