package dev.tessera.vq;

/// What becomes of a vector that holds a NaN or an infinity: it has no nearest codeword.
public enum NanPolicy {
  /// The call fails with an error that names the row and the column.
  ERROR,
  /// The vector gets the id -1 and the distance NaN.
  SKIP
}
