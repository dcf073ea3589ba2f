package dev.tessera.kernels.simd;

/// Whether the JVM has compiled the vector code of a search. Before it has, each vector is an
/// object and plain loops are faster by far: 10 to 40 times, for some 3 seconds of a process. Until
/// a few rows by the vector code have been faster than rows by the definition, both take turns, so
/// that a cold call costs about twice what plain loops cost, and the compiler gets to see what is
/// hot. Belongs to a backend, and holds for all its codebooks.
final class VectorPace {
  /// Rows that the vector code is tried with: as many as share a tile.
  static final int TRIAL_ROWS = 8;

  /// Rows of a turn: what is left of them goes to the definition.
  static final int TURN_ROWS = 64;

  private volatile boolean fast;

  /// Whether the vector code has won, which then stays so.
  boolean isFast() {
    return fast;
  }

  /// Both have run for some rows.
  ///
  /// @param vectorNanos a row
  /// @param definitionNanos a row
  void compare(double vectorNanos, double definitionNanos) {
    if (vectorNanos < definitionNanos) {
      fast = true;
    }
  }
}
