package dev.tessera.internal.bpe.training;

/// Which of two pairs that are equally frequent is joined first. A strict total order.
@FunctionalInterface
public interface PairOrder {
  /// The pair of the smaller left symbol, of equal ones that of the smaller right symbol.
  PairOrder SMALLER_SYMBOLS = (key, other) -> key < other;

  /// Whether the pair `key >>> 32, (int) key` stands before that of `other`.
  boolean before(long key, long other);
}
