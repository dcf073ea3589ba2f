package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/// A graph for tests, in compressed sparse rows, by kind, size and seed.
public final class SampleGraph {
  /// Row lengths around the ends of segments.
  private static final int[] SEGMENT_ENDS = {
    0, 1, 2, 511, 512, 513, 0, 1023, 1024, 1025, 7, 1535, 1536, 1537, 2048, 0
  };

  /// What the rows look like, and which fast path that is for.
  public enum Kind {
    /// Lengths by a power law, from none to past two segments; popular neighbours; unsorted rows
    /// with repeated neighbours.
    POWER_LAW,
    /// As many edges in every row as a node draws of random ones, ascending.
    UNIFORM,
    /// Rows of exactly the lengths at which segments end, ascending, repeated neighbours among
    /// them.
    SEGMENT_ENDS,
    /// Most neighbours within groups whose members are far apart: reordering pays.
    COMMUNITY,
    /// A fifth of all nodes in each row, ascending: tiles pay.
    DENSE,
    /// No edges at all.
    EMPTY
  }

  /// A graph of this kind.
  public static SampleGraph of(Kind kind, int nodes, long seed) {
    Random random = new Random(seed * 31 + kind.ordinal());
    int[][] rows = new int[nodes][];
    int groups = Math.max(1, nodes / 50);
    int[] group = random.ints(nodes, 0, groups).toArray();
    int[][] members = kind == Kind.COMMUNITY ? membersOf(group, groups) : rows;
    for (int row = 0; row < nodes; row++) {
      int[] drawn = new int[length(kind, nodes, row, random)];
      for (int i = 0; i < drawn.length; i++) {
        double u = random.nextDouble();
        drawn[i] =
            switch (kind) {
              case POWER_LAW -> (int) (nodes * u * u * u);
              case COMMUNITY -> {
                int[] near = members[group[row]];
                yield random.nextInt(8) == 0 ? (int) (nodes * u) : near[(int) (near.length * u)];
              }
              default -> (int) (nodes * u);
            };
      }
      if (kind != Kind.POWER_LAW) {
        Arrays.sort(drawn);
      }
      rows[row] = drawn;
    }
    return of(rows, random);
  }

  private static int[][] membersOf(int[] group, int groups) {
    int[][] members = new int[groups][];
    for (int g = 0; g < groups; g++) {
      int wanted = g;
      members[g] =
          java.util.stream.IntStream.range(0, group.length)
              .filter(node -> group[node] == wanted)
              .toArray();
    }
    return members;
  }

  private static int length(Kind kind, int nodes, int row, Random random) {
    return switch (kind) {
      case POWER_LAW -> (int) Math.min(1600, 1.5 / Math.pow(random.nextDouble(), 1.4) - 1);
      case UNIFORM -> 8;
      case SEGMENT_ENDS -> SEGMENT_ENDS[row % SEGMENT_ENDS.length];
      case COMMUNITY -> 4 + random.nextInt(10);
      case DENSE -> nodes / 5 + random.nextInt(9);
      case EMPTY -> 0;
    };
  }

  /// A graph of given rows, with random weights.
  static SampleGraph of(int[][] rows, Random random) {
    long[] rowPointers = new long[rows.length + 1];
    for (int row = 0; row < rows.length; row++) {
      rowPointers[row + 1] = rowPointers[row] + rows[row].length;
    }
    int[] columns = Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
    float[] weights = new float[columns.length];
    for (int edge = 0; edge < weights.length; edge++) {
      weights[edge] = (float) random.nextGaussian();
    }
    return new SampleGraph(rowPointers, columns, weights);
  }

  private final long[] rowPointers;
  private final int[] columns;
  private final float[] weights;

  private SampleGraph(long[] rowPointers, int[] columns, float[] weights) {
    this.rowPointers = rowPointers;
    this.columns = columns;
    this.weights = weights;
  }

  /// Where each row begins, and the end: `[nodes + 1]`.
  public long[] rowPointers() {
    return rowPointers;
  }

  /// The neighbours: `[edges]`.
  public int[] columns() {
    return columns;
  }

  /// The weights, normal and of both signs: `[edges]`. A test may leave them out, or change them.
  public float[] weights() {
    return weights;
  }

  /// The number of rows.
  public int nodes() {
    return rowPointers.length - 1;
  }

  /// The number of edges.
  public int edges() {
    return columns.length;
  }

  /// The operand over this graph's arrays.
  public HopOperand operand(Aggregation aggregation, boolean weighted) {
    return new HopOperand(
        MemorySegment.ofArray(rowPointers),
        MemorySegment.ofArray(columns),
        weighted ? EdgeWeights.of(MemorySegment.ofArray(weights)) : null,
        aggregation,
        nodes(),
        edges());
  }

  /// The operand over copies in native memory.
  public HopOperand nativeOperand(Aggregation aggregation, boolean weighted, Arena arena) {
    HopOperand heap = operand(aggregation, weighted);
    return new HopOperand(
        copy(heap.rowPointers(), arena),
        copy(heap.columns(), arena),
        weighted ? EdgeWeights.of(copy(MemorySegment.ofArray(weights), arena)) : null,
        aggregation,
        nodes(),
        edges());
  }

  /// The operand whose weights lie nowhere in the order of the edges.
  public HopOperand computedOperand(Aggregation aggregation) {
    HopOperand heap = operand(aggregation, false);
    EdgeWeights computed =
        () ->
            (row, begin, end, target, at) -> {
              assertThat(begin).isBetween(rowPointers[row], rowPointers[row + 1]);
              assertThat(end).isBetween(begin, (long) weights.length);
              System.arraycopy(weights, (int) begin, target, at, (int) (end - begin));
            };
    return new HopOperand(
        heap.rowPointers(), heap.columns(), computed, aggregation, nodes(), edges());
  }

  private static MemorySegment copy(MemorySegment source, Arena arena) {
    return arena.allocate(source.byteSize(), Long.BYTES).copyFrom(source);
  }

  /// Hops 1 to `hops` of `features` `[nodes x dim]`, each `[nodes x dim]`, by the definition,
  /// column by column.
  public float[][] hops(
      float[] features, int dim, int hops, Aggregation aggregation, boolean weighted) {
    float[][] results = new float[hops][];
    float[] source = features;
    for (int hop = 0; hop < hops; hop++) {
      float[] from = source;
      results[hop] =
          aggregate(
              dim, aggregation, weighted, (edge, column) -> from[columns[edge] * dim + column]);
      source = results[hop];
    }
    return results;
  }

  /// What an edge carries in a column.
  interface Message {
    float at(int edge, int column);
  }

  /// One aggregate `[nodes x dim]` of any messages.
  float[] aggregate(int dim, Aggregation aggregation, boolean weighted, Message message) {
    float[] result = new float[nodes() * dim];
    for (int row = 0; row < nodes(); row++) {
      int begin = (int) rowPointers[row];
      int end = (int) rowPointers[row + 1];
      for (int column = 0; column < dim && begin < end; column++) {
        result[row * dim + column] =
            switch (aggregation) {
              case SUM -> sum(begin, end, column, weighted, message);
              case MEAN -> sum(begin, end, column, weighted, message) / (end - begin);
              case MAX -> max(begin, end, column, weighted, message);
            };
      }
    }
    return result;
  }

  private float sum(int begin, int end, int column, boolean weighted, Message message) {
    float sum = segment(begin, Math.min(end, begin + 512), column, weighted, message);
    for (int from = begin + 512; from < end; from += 512) {
      sum += segment(from, Math.min(end, from + 512), column, weighted, message);
    }
    return sum;
  }

  private float segment(int begin, int end, int column, boolean weighted, Message message) {
    float acc = 0;
    for (int edge = begin; edge < end; edge++) {
      float m = message.at(edge, column);
      acc = weighted ? Math.fma(weights[edge], m, acc) : m + acc;
    }
    return acc;
  }

  private float max(int begin, int end, int column, boolean weighted, Message message) {
    float best = 0;
    for (int edge = begin; edge < end; edge++) {
      float m = message.at(edge, column);
      m = weighted ? weights[edge] * m : m;
      if (edge == begin || m > best || Float.isNaN(m)) {
        best = m;
      }
    }
    return best;
  }
}
