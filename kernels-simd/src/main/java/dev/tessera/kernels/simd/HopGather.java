package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What rows gather in one hop, and how they put it together: by vector code, panel after panel of
/// columns, or by the definition. Set before each hop, read by all its workers.
final class HopGather {
  private HopEdges edges;
  private Aggregation aggregation = Aggregation.SUM;
  private @Nullable HopMessages messages;
  private long column;
  private int width;
  private boolean halves;
  private MemorySegment source = MemorySegment.NULL;
  private long sourceAt;
  private long sourceStride;

  HopGather(HopEdges edges) {
    this.edges = edges;
  }

  /// What is aggregated, and how.
  void edges(HopEdges newEdges, Aggregation newAggregation, @Nullable HopMessages newMessages) {
    edges = newEdges;
    aggregation = newAggregation;
    messages = newMessages;
  }

  /// Which columns: `newWidth` of them, the first at byte `newColumn` of a row of the caller's.
  void columns(long newColumn, int newWidth) {
    column = newColumn;
    width = newWidth;
  }

  /// Where rows of float32 are gathered: row j's columns begin at byte `at + j * stride`.
  void source(MemorySegment segment, long at, long stride) {
    halves = false;
    source = segment;
    sourceAt = at;
    sourceStride = stride;
  }

  /// Where rows of bfloat16 are gathered, as [HalfRows] packs them: `stride` bytes apart, whole
  /// blocks of columns.
  void halves(MemorySegment segment, long stride) {
    halves = true;
    source = segment;
    sourceAt = 0;
    sourceStride = stride;
  }

  /// Lets go of what the caller gave.
  void forget() {
    messages = null;
    source = MemorySegment.NULL;
  }

  HopEdges edges() {
    return edges;
  }

  Aggregation aggregation() {
    return aggregation;
  }

  long column() {
    return column;
  }

  int width() {
    return width;
  }

  /// Whether rows of bfloat16 are gathered.
  boolean isHalves() {
    return halves;
  }

  /// Whether rows are narrower than a vector: the definition alone serves them.
  boolean isNarrow() {
    return width < Lanes.COUNT;
  }

  /// The pace of the tile that will run.
  VectorPace pace(HopPaces paces) {
    return halves ? paces.ofHalves(width) : paces.of(aggregation, messages != null, width);
  }

  /// Aggregates rows by the definition.
  ///
  /// @param rows written: row `from` goes to byte `at`
  void byDefinition(
      HopDefinition definition, int from, int to, MemorySegment rows, long at, long stride) {
    definition.aggregate(
        edges,
        from,
        to,
        aggregation,
        messages,
        column,
        halves,
        source,
        sourceAt,
        sourceStride,
        width,
        rows,
        at,
        stride);
  }

  /// Aggregates rows of at most a segment, batch by batch, one panel of columns after the other.
  ///
  /// @param rowPointers where rows begin among the edges
  /// @param rows written: row `from` goes to byte `at`
  /// @param rounded whether sums of rows of bfloat16 are rounded and written as those are
  void panels(
      HopBatch batch,
      MemorySegment rowPointers,
      int from,
      int to,
      MemorySegment rows,
      long at,
      long stride,
      boolean rounded) {
    int row = from;
    while (row < to) {
      int next = batch.takeRows(edges, rowPointers, row, to, at + (row - from) * stride, stride);
      if (halves) {
        halfPanels(batch, rows, rounded);
      } else {
        panels(batch, rows);
      }
      row = next;
    }
  }

  private void panels(HopBatch batch, MemorySegment rows) {
    int vectors = Math.ceilDiv(width, Lanes.COUNT);
    int most = messages == null ? HopTiles.MOST_VECTORS : HopMessageTiles.MOST_VECTORS;
    int panels = Math.ceilDiv(vectors, most);
    int done = 0;
    for (int panel = 0; panel < panels; panel++) {
      int count = (vectors - done) / (panels - panel);
      long begin = (long) done * Lanes.BYTES;
      done += count;
      long rowEnd = (long) width * Float.BYTES;
      long last = Math.min(rowEnd, (long) done * Lanes.BYTES) - Lanes.BYTES - begin;
      batch.locate(sourceAt + begin, sourceStride);
      panel(batch, begin, count, last, rows);
    }
  }

  private void panel(HopBatch batch, long begin, int vectors, long last, MemorySegment rows) {
    HopMessages adds = messages;
    boolean max = aggregation == Aggregation.MAX;
    if (adds != null) {
      batch.locate(adds, column + begin);
      if (max) {
        HopMessageTiles.max(vectors, batch, adds, source, last, rows, begin);
      } else {
        HopMessageTiles.sum(vectors, batch, adds, source, last, rows, begin);
      }
    } else if (max) {
      HopTiles.max(vectors, batch, source, last, rows, begin);
    } else {
      HopTiles.sum(vectors, batch, source, last, rows, begin);
    }
  }

  private void halfPanels(HopBatch batch, MemorySegment rows, boolean rounded) {
    int vectors = width / 2 / Lanes.COUNT;
    int panels = Math.ceilDiv(vectors, HopHalfTiles.MOST_VECTORS);
    int done = 0;
    for (int panel = 0; panel < panels; panel++) {
      int count = (vectors - done) / (panels - panel);
      long begin = (long) done * Lanes.BYTES;
      done += count;
      batch.locate(begin, sourceStride);
      if (rounded) {
        HopHalfTiles.roundedSum(count, batch, source, begin, rows);
      } else {
        HopHalfTiles.sum(count, batch, source, begin, rows);
      }
    }
  }
}
