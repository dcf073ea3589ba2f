package dev.tessera.internal.bpe.training;

/// Which pairs may be joined.
@FunctionalInterface
public interface PairFilter {
  /// Every pair.
  PairFilter ALL = (left, right) -> true;

  /// Whether `left` and `right` may become one symbol; asked once for each pair that occurs.
  boolean allows(int left, int right);
}
