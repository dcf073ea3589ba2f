package dev.tessera.graph;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.TokenIds;

/// Nodes with what they weigh, a list a row. Pads, with the weight 0, fill the end of a row.
///
/// @param nodes `[n x k]`
/// @param weights `[n x k]`
public record RankedNodes(TokenIds nodes, DoubleMatrix weights) {}
