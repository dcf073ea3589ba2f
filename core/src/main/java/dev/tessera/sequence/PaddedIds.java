package dev.tessera.sequence;

import dev.tessera.tensor.TokenIds;

/// A batch of ids.
///
/// @param ids `[n x length]`
/// @param positions what goes with them
public record PaddedIds(TokenIds ids, BatchPositions positions) {}
