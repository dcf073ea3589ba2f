package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A graph's edges in compressed sparse rows, in the caller's numbering or in a plan's, off the
/// heap.
///
/// @param rowPointers int64 `[nodes + 1]`
/// @param columns int32 `[edges]`
/// @param weights float32, edge e's at byte `e * weightStep`
/// @param weightStep 4; 0 where one weight, 1, serves all edges: `fma(1, x, acc)` is `x + acc`
record HopEdges(
    MemorySegment rowPointers,
    MemorySegment columns,
    MemorySegment weights,
    long weightStep,
    int nodes,
    long count) {
  /// The one weight of edges that have none.
  static final MemorySegment ONE = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 1f);

  /// The same edges with other weights, float32 `[edges]`, off the heap.
  HopEdges withWeights(MemorySegment others) {
    return new HopEdges(rowPointers, columns, others, Float.BYTES, nodes, count);
  }

  /// Where `row` begins, or all rows before it end.
  static long pointer(MemorySegment rowPointers, long row) {
    return rowPointers.get(ValueLayout.JAVA_LONG_UNALIGNED, row * Long.BYTES);
  }

  /// The neighbour at the other end of `edge`.
  static int column(MemorySegment columns, long edge) {
    return columns.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
  }

  /// The first `count` neighbours from `edge` on.
  static void columns(MemorySegment columns, long edge, int[] target, int count) {
    MemorySegment.copy(
        columns, ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES, target, 0, count);
  }

  /// The first `count` weights from `edge` on.
  static void weights(MemorySegment weights, long edge, float[] target, int count) {
    MemorySegment.copy(
        weights, ValueLayout.JAVA_FLOAT_UNALIGNED, edge * Float.BYTES, target, 0, count);
  }

  /// The weight at byte `at`.
  static float weight(MemorySegment weights, long at) {
    return weights.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
  }

  /// Where `row` begins.
  long pointer(long row) {
    return pointer(rowPointers, row);
  }

  /// The first row whose edges, and two more a row for what a row costs by itself, all rows before
  /// it counted, reach `cost`: rows `[rowAt(a), rowAt(b))` cost about `b - a`.
  int rowAt(long cost) {
    int low = 0;
    int high = nodes;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pointer(middle) + 2L * middle < cost) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// What all rows cost, by the measure of [#rowAt].
  long cost() {
    return count + 2L * nodes;
  }

  /// What the arrays hold, in bytes.
  long bytes() {
    return rowPointers.byteSize() + columns.byteSize() + (weightStep == 0 ? 0 : weights.byteSize());
  }
}
