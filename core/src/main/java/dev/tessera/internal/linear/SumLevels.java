package dev.tessera.internal.linear;

import dev.tessera.kernel.LinearKernel;
import org.jspecify.annotations.Nullable;

/// How a long sum of products is cut so that float32 holds [LinearKernel#SUM_ERROR]: the terms of a
/// block in one chain of fused steps, then [#blocksTogether()] blocks one after the other, then
/// those groups one after the other, then the bias. No term goes through more roundings than
/// [#roundings()] says, n of them err by `n u / (1 - n u)`, `u = 2^-24`, and 167 stay below 1e-5.
///
/// @param terms the number of terms, at least 1
public record SumLevels(int terms) {
  /// Terms of a block.
  public static final int BLOCK = 128;

  /// The most roundings that hold the bound.
  static final int MOST_ROUNDINGS = 167;

  /// Blocks that are added one after the other where there are no more.
  private static final int FEW_BLOCKS = 32;

  /// Blocks of the sum; the last may be shorter.
  public int blocks() {
    return Math.ceilDiv(terms, BLOCK);
  }

  /// Blocks of a group; the last group may have fewer.
  public int blocksTogether() {
    int blocks = blocks();
    return blocks <= FEW_BLOCKS ? blocks : (int) Math.ceil(Math.sqrt(blocks));
  }

  /// Whether there is more than one group.
  public boolean isGrouped() {
    return blocksTogether() < blocks();
  }

  /// Terms of a block.
  public int terms(int block) {
    return Math.min(BLOCK, terms - block * BLOCK);
  }

  /// The most roundings that a term goes through.
  int roundings() {
    int groups = isGrouped() ? Math.ceilDiv(blocks(), blocksTogether()) : 0;
    return BLOCK + blocksTogether() + groups + 1;
  }

  /// Why so many terms cannot hold the bound, in a clause, or null where they do.
  public @Nullable String refusal() {
    return roundings() <= MOST_ROUNDINGS
        ? null
        : "sums over %d inputs go through %d roundings, at most %d hold the bound"
            .formatted(terms, roundings(), MOST_ROUNDINGS);
  }
}
