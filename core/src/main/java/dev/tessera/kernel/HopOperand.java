package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A weighted graph in compressed sparse rows: row v lists the nodes whose features are added up
/// for v.
///
/// @param rowPointers int64 `[nodes + 1]`, where each row begins in `columns`, and the end
/// @param columns int32 `[edges]`, neighbour ids
/// @param weights float32 `[edges]`, or null where every weight is 1
/// @param divideByDegree whether each sum is divided by its number of edges: a mean
/// @param nodes the number of rows, below 2^31
/// @param edges the number of edges
public record HopOperand(
    MemorySegment rowPointers,
    MemorySegment columns,
    @Nullable MemorySegment weights,
    boolean divideByDegree,
    int nodes,
    long edges) {}
