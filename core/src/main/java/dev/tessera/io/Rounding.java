package dev.tessera.io;

/// What to do with a number that float32 cannot hold.
public enum Rounding {
  /// Refuse it, naming its place.
  EXACT,
  /// Take the nearest float32, ties to even; a finite number beyond float32's range is still
  /// refused.
  NEAREST
}
