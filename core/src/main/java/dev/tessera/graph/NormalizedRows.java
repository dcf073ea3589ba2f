package dev.tessera.graph;

import dev.tessera.graph.Normalization.Degrees;
import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Makes the operand of a hop: a graph's rows with the weights of a [Normalization]. Pointers and
/// columns are the graph's own, unless it was turned round or got other self loops.
final class NormalizedRows {
  private final Graph graph;
  private final Normalization normalization;

  private NormalizedRows(Graph graph, Normalization normalization) {
    this.graph = graph;
    this.normalization = normalization;
  }

  static HopOperand operand(Graph graph, Normalization normalization, int threads) {
    Graph turned = normalization.transposed() ? graph.transposed(threads) : graph;
    Graph looped = turned.withSelfLoops(normalization.selfLoops(), threads);
    return new HopOperand(
        looped.rowPointers(),
        looped.columns(),
        new NormalizedRows(looped, normalization).weights(threads),
        normalization.mode().aggregation(),
        looped.nodes(),
        looped.edges());
  }

  private @Nullable EdgeWeights weights(int threads) {
    return switch (normalization.mode()) {
      case SUM, MEAN, MAX -> {
        MemorySegment weights = graph.weights();
        yield weights == null ? null : EdgeWeights.of(weights);
      }
      case ROW -> new ScaledWeights(graph, new EndFactors.OfRow(rowSums()));
      case COLUMN -> new ScaledWeights(graph, new EndFactors.OfColumn(columnSums(threads)));
      case SYMMETRIC -> new ScaledWeights(graph, symmetric(threads));
    };
  }

  private EndFactors symmetric(int threads) {
    DegreeTable rows = DegreeTable.of(rowSums());
    if (normalization.degrees() == Degrees.ROWS) {
      return new EndFactors.Symmetric(rows, rows);
    }
    DegreeTable columns = DegreeTable.of(columnSums(threads));
    return normalization.degrees() == Degrees.OWN
        ? new EndFactors.Symmetric(rows, columns)
        : new EndFactors.Symmetric(columns, rows);
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
}
