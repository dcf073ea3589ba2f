package dev.tessera.graph;

import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// Hop tokens, and whose they are.
///
/// @param tensor `[nodes x kept hops x dim]`
/// @param order the node that each row belongs to, `[nodes x 1]`; null where row v is node v's,
///   which may be so even if the plan's order was allowed
public record HopTokens(FloatTensor tensor, @Nullable TokenIds order) {}
