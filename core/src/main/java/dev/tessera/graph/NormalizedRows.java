package dev.tessera.graph;

import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Makes the operand of a hop: a graph's rows with the weights of a [Normalization]. Pointers and
/// columns are the graph's own, unless it was turned round or got other self loops.
final class NormalizedRows {
  /// Rows a thread takes at a time.
  private static final int CHUNK_ROWS = 1 << 11;

  private final Graph graph;
  private final Normalization normalization;

  private NormalizedRows(Graph graph, Normalization normalization) {
    this.graph = graph;
    this.normalization = normalization;
  }

  static HopOperand operand(Graph graph, Normalization normalization, int threads) {
    Graph turned = normalization.transposed() ? graph.transposed(threads) : graph;
    Graph looped = turned.withSelfLoops(normalization.selfLoops(), threads);
    MemorySegment weights = new NormalizedRows(looped, normalization).weights(threads);
    return new HopOperand(
        looped.rowPointers(),
        looped.columns(),
        weights,
        normalization.mode().aggregation(),
        looped.nodes(),
        looped.edges());
  }

  private @Nullable MemorySegment weights(int threads) {
    return switch (normalization.mode()) {
      case SUM, MEAN, MAX -> graph.weights();
      case ROW -> scaled(rowSums(), null, threads);
      case COLUMN -> scaled(null, columnSums(threads), threads);
      case SYMMETRIC ->
          switch (normalization.degrees()) {
            case OWN -> scaled(rowSums(), columnSums(threads), threads);
            case CROSSED -> scaled(columnSums(threads), rowSums(), threads);
            case ROWS -> {
              double[] sums = rowSums();
              yield scaled(sums, sums, threads);
            }
          };
    };
  }

  private double[] rowSums() {
    double[] sums = new double[graph.nodes()];
    for (int row = 0; row < sums.length; row++) {
      if (graph.isWeighted()) {
        long end = graph.rowEnd(row);
        for (long edge = graph.rowBegin(row); edge < end; edge++) {
          sums[row] += graph.weight(edge);
        }
      } else {
        sums[row] = graph.degree(row);
      }
    }
    return sums;
  }

  /// Each thread adds up its own range of columns, so that the order is that of the edges.
  private double[] columnSums(int threads) {
    double[] sums = new double[graph.nodes()];
    MemorySegment columns = graph.columns();
    try (WorkerPool pool = CountingSort.pool(threads, graph.edges())) {
      CountingSort.shareKeys(
          pool,
          sums.length,
          (low, high) -> {
            for (long edge = 0; edge < graph.edges(); edge++) {
              int column = columns.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
              if (column >= low && column < high) {
                sums[column] += graph.weight(edge);
              }
            }
          });
    }
    return sums;
  }

  /// The weights times the factors of their two ends.
  private MemorySegment scaled(
      double @Nullable [] rowDegrees, double @Nullable [] columnDegrees, int threads) {
    MemorySegment scaled = Arena.ofAuto().allocate(graph.edges() * Float.BYTES, 64);
    try (WorkerPool pool = CountingSort.pool(threads, graph.edges())) {
      pool.run(
          chunks -> {
            for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
              long end = Math.min(graph.nodes(), (chunk + 1) * CHUNK_ROWS);
              for (long row = chunk * CHUNK_ROWS; row < end; row++) {
                scaleRow((int) row, rowDegrees, columnDegrees, scaled);
              }
            }
          },
          Math.ceilDiv(graph.nodes(), CHUNK_ROWS));
    }
    return scaled;
  }

  private void scaleRow(
      int row,
      double @Nullable [] rowDegrees,
      double @Nullable [] columnDegrees,
      MemorySegment scaled) {
    long end = graph.rowEnd(row);
    for (long edge = graph.rowBegin(row); edge < end; edge++) {
      float factor;
      if (rowDegrees == null) {
        factor = reciprocal(at(columnDegrees, graph.neighbour(edge)));
      } else if (columnDegrees == null) {
        factor = reciprocal(rowDegrees[row]);
      } else {
        factor = symmetric(rowDegrees[row], columnDegrees[graph.neighbour(edge)]);
      }
      float weight = factor == 0 ? 0 : graph.weight(edge) * factor;
      scaled.set(ValueLayout.JAVA_FLOAT, edge * Float.BYTES, weight);
    }
  }

  private static double at(double @Nullable [] sums, int node) {
    return sums == null ? 1 : sums[node];
  }

  private static float reciprocal(double degree) {
    return degree > 0 ? (float) (1 / degree) : 0;
  }

  private static float symmetric(double rowDegree, double columnDegree) {
    return rowDegree > 0 && columnDegree > 0
        ? (float) (1 / Math.sqrt(rowDegree * columnDegree))
        : 0;
  }
}
