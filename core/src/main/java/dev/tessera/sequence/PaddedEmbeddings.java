package dev.tessera.sequence;

import dev.tessera.tensor.FloatTensor;

/// A batch of embeddings.
///
/// @param rows `[n x length x dim]`, zero at pads
/// @param positions what goes with them
public record PaddedEmbeddings(FloatTensor rows, BatchPositions positions) {}
