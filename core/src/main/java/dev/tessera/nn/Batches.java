package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;

/// A batch of sequences as rows.
final class Batches {
  private Batches() {}

  /// All rows of a packed batch one behind the other: `[b x n x d]` as `[b*n x d]`.
  static FloatMatrix rows(FloatTensor packed) {
    return FloatMatrix.of(packed.segment(), packed.first() * packed.second(), packed.third());
  }
}
