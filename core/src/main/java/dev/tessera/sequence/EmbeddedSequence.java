package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;

/// A sequence as rows of embeddings, text and inserted features alike.
///
/// @param rows `[n x dim]`
/// @param labels `[n]`: what is to be learned at each position, [Labels#IGNORED] for nothing, as at
///   every inserted row
@SuppressWarnings("ArrayRecordComponent") // made to be taken apart
public record EmbeddedSequence(FloatMatrix rows, int[] labels) {
  /// Checks that there is a label a row.
  public EmbeddedSequence {
    if (rows.rows() != labels.length) {
      throw new IllegalArgumentException(
          "there are %d rows and %d labels".formatted(rows.rows(), labels.length));
    }
  }

  /// How many positions there are.
  public int length() {
    return labels.length;
  }
}
