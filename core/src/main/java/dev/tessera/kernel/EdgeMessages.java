package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What the edges of a graph add to the features that travel over them.
///
/// @param table `[kinds x dim]`, a row a kind of edge; or a row an edge, where `kinds` is null
/// @param kinds int32 `[edges]` in CSR order, each edge's row of the table; null for the edge's own
///   place
/// @param rectified whether a message at or below zero becomes `+0`, that of -0 too (a NaN stays)
public record EdgeMessages(FloatMatrix table, @Nullable MemorySegment kinds, boolean rectified) {}
