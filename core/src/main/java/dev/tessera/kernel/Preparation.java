package dev.tessera.kernel;

/// What packing an operand has cost a backend so far; both are 0 before the first call that uses
/// it.
///
/// @param nanos time spent, in nanoseconds
/// @param bytes memory held beside the operand itself, in bytes
public record Preparation(long nanos, long bytes) {
  /// Nothing prepared yet, or nothing to prepare.
  public static final Preparation NONE = new Preparation(0, 0);
}
