package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.SampleGraph.Kind;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backend's hop aggregation must do: the bits of the definition, computed here by an
/// independent loop over rows and columns, on every kind of graph, every width, every number of
/// threads. Subclasses name the backend, and each test asserts that it is the one that ran.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HopContract {
  private static final int[] DIMS = {1, 3, 16, 17, 64, 100, 128, 300};
  private static final int[] THREADS = {1, 2, 7};

  /// Stands where nothing may be written.
  private static final float UNTOUCHED = -12345.5f;

  private final String backend;

  /// @param backend the name of the backend under test
  protected HopContract(String backend) {
    this.backend = backend;
  }

  /// Opens the backend under test, as found; a subclass may open it otherwise.
  protected Backends open(BackendOptions options) {
    return Backends.open(backend, options);
  }

  /// One input.
  record Case(
      Kind kind,
      int nodes,
      Aggregation aggregation,
      boolean weighted,
      int dim,
      int hops,
      int threads,
      long seed) {
    SampleGraph graph() {
      return SampleGraph.of(kind, nodes, seed);
    }

    float[] features() {
      return values(nodes * dim, seed + 1);
    }

    @Override
    public String toString() {
      return "%s N=%d %s%s d=%d K=%d threads=%d seed=%d"
          .formatted(
              kind, nodes, aggregation, weighted ? " weighted" : "", dim, hops, threads, seed);
    }
  }

  /// Values within [-2, 2).
  private static float[] values(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt() * 0x1p-30f;
    }
    return values;
  }

  static List<Case> everyWidthAndAggregation() {
    List<Case> cases = new ArrayList<>();
    for (int dim : DIMS) {
      for (Aggregation aggregation : Aggregation.values()) {
        for (boolean weighted : new boolean[] {false, true}) {
          int i = cases.size() / 2;
          int hops = dim < 100 ? 1 + i % 3 : 1 + i % 2;
          cases.add(
              new Case(
                  Kind.POWER_LAW, 200, aggregation, weighted, dim, hops, THREADS[i % 3], 100 + i));
          int ends = 17 + i % 16; // all of them, and another one last
          cases.add(
              new Case(Kind.SEGMENT_ENDS, ends, aggregation, weighted, dim, 1, THREADS[i % 2], i));
        }
      }
    }
    return cases;
  }

  static List<Case> everyTail() {
    List<Case> cases = new ArrayList<>();
    for (int dim = 1; dim <= 70; dim++) {
      Aggregation aggregation = Aggregation.values()[dim % 3];
      cases.add(new Case(Kind.UNIFORM, 50, aggregation, dim % 2 == 0, dim, 2, 1, dim));
    }
    for (int nodes = 0; nodes <= 20; nodes++) {
      cases.add(new Case(Kind.UNIFORM, nodes, Aggregation.SUM, nodes % 2 == 0, 17, 2, 2, nodes));
    }
    return cases;
  }

  static List<Case> largeGraphs() {
    return List.of(
        new Case(Kind.COMMUNITY, 3000, Aggregation.SUM, true, 64, 3, 2, 31),
        new Case(Kind.COMMUNITY, 1500, Aggregation.MEAN, false, 100, 2, 7, 32),
        new Case(Kind.COMMUNITY, 3000, Aggregation.MAX, true, 33, 2, 1, 33),
        new Case(Kind.DENSE, 1200, Aggregation.SUM, true, 64, 1, 2, 34),
        new Case(Kind.DENSE, 900, Aggregation.MEAN, true, 17, 2, 1, 35),
        new Case(Kind.DENSE, 700, Aggregation.MAX, false, 40, 1, 7, 36),
        new Case(Kind.POWER_LAW, 2000, Aggregation.SUM, true, 32, 2, 7, 37),
        new Case(Kind.POWER_LAW, 400, Aggregation.SUM, true, 16, 8, 2, 38),
        new Case(Kind.COMMUNITY, 500, Aggregation.MEAN, false, 3, 8, 1, 39),
        new Case(Kind.EMPTY, 700, Aggregation.SUM, false, 5, 2, 2, 40),
        new Case(Kind.EMPTY, 1, Aggregation.MAX, true, 300, 1, 2, 41));
  }

  @ParameterizedTest
  @MethodSource("everyWidthAndAggregation")
  void hopsAreThoseOfTheDefinition(Case input) {
    checkNodeMajor(input);
  }

  @ParameterizedTest
  @MethodSource("everyTail")
  void everyTailIsExact(Case input) {
    checkNodeMajor(input);
  }

  @ParameterizedTest
  @MethodSource("largeGraphs")
  void largeGraphsAreExact(Case input) {
    checkNodeMajor(input);
  }

  /// Into columns of one tensor `[nodes x (hops + 1) x dim]` whose first hop holds the features, as
  /// callers do; native memory.
  private void checkNodeMajor(Case input) {
    SampleGraph graph = input.graph();
    int dim = input.dim;
    int stride = (input.hops + 1) * dim;
    float[][] expected =
        graph.hops(input.features(), dim, input.hops, input.aggregation, input.weighted);
    try (Arena arena = Arena.ofShared()) {
      FloatMatrix tokens = FloatMatrix.allocate(arena, input.nodes, stride);
      FloatMatrix features = filled(columns(tokens, 0, dim), input.features());
      FloatMatrix[] hops = new FloatMatrix[input.hops];
      for (int hop = 1; hop <= input.hops; hop++) {
        hops[hop - 1] = columns(tokens, hop * dim, dim);
      }
      run(
          input.threads,
          graph.nativeOperand(input.aggregation, input.weighted, arena),
          kernel -> kernel.aggregate(features, hops, RowOrder.CALLER));
      check(input + " hop 0", features, input.features());
      for (int hop = 1; hop <= input.hops; hop++) {
        check(input + " hop " + hop, hops[hop - 1], expected[hop - 1]);
      }
    }
  }

  /// By one kernel after the other: all columns, few columns, and messages.
  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void weightsThatAreComputedServeAsThoseThatLieThere(Aggregation aggregation) {
    for (Kind kind : List.of(Kind.POWER_LAW, Kind.COMMUNITY, Kind.DENSE, Kind.SEGMENT_ENDS)) {
      int nodes = kind == Kind.SEGMENT_ENDS ? 33 : 600;
      SampleGraph graph = SampleGraph.of(kind, nodes, 51);
      HopOperand operand = graph.computedOperand(aggregation);
      run(
          2,
          operand,
          kernel -> {
            kernel.prepare();
            for (int dim : new int[] {64, 3}) {
              String input = "%s %s d=%d".formatted(kind, aggregation, dim);
              float[] values = values(nodes * dim, dim);
              FloatMatrix features = FloatMatrix.of(values, nodes, dim);
              FloatMatrix[] hops = {
                FloatMatrix.allocate(nodes, dim), FloatMatrix.allocate(nodes, dim)
              };
              kernel.aggregate(features, hops, RowOrder.CALLER);
              float[][] expected = graph.hops(values, dim, 2, aggregation, true);
              check(input, hops[0], expected[0]);
              check(input, hops[1], expected[1]);
              FloatMatrix nothing = FloatMatrix.allocate(graph.edges(), dim);
              kernel.aggregate(features, new EdgeMessages(nothing, null, false), hops[1]);
              check(input + " with messages", hops[1], expected[0]);
            }
          });
    }
  }

  /// Columns `from` to `from + count` of all rows.
  private static FloatMatrix columns(FloatMatrix matrix, int from, int count) {
    long start = matrix.rows() == 0 ? 0 : (long) from * Float.BYTES;
    MemorySegment segment = matrix.segment().asSlice(start);
    return FloatMatrix.of(segment, matrix.rows(), count, matrix.rowStride());
  }

  private static FloatMatrix filled(FloatMatrix matrix, float[] values) {
    for (int row = 0; row < matrix.rows(); row++) {
      for (int i = 0; i < matrix.columns(); i++) {
        matrix.set(row, i, values[row * matrix.columns() + i]);
      }
    }
    return matrix;
  }

  private static void check(String input, FloatMatrix found, float[] expected) {
    for (int row = 0; row < found.rows(); row++) {
      for (int i = 0; i < found.columns(); i++) {
        float want = expected[row * found.columns() + i];
        float have = found.get(row, i);
        if (Float.floatToIntBits(want) != Float.floatToIntBits(have)) { // one bit pattern for NaN
          throw new AssertionError(
              "%s row %d column %d: expected %s, found %s".formatted(input, row, i, want, have));
        }
      }
    }
  }

  /// Heap arrays, hop-major, with rows further apart than they are long, at odd bytes: gaps stay.
  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void stridedAndUnalignedHeapViewsAreServed(Aggregation aggregation) {
    int nodes = 130;
    for (int dim : new int[] {1, 5, 16, 37, 130}) {
      SampleGraph graph = SampleGraph.of(Kind.POWER_LAW, nodes, dim);
      float[] values = values(nodes * dim, 3);
      float[][] expected = graph.hops(values, dim, 2, aggregation, true);
      FloatMatrix features = filled(gapped(nodes, dim, dim + 3), values);
      FloatMatrix[] hops = {gapped(nodes, dim, dim + 1), gapped(nodes, dim, dim)};
      run(
          2,
          graph.operand(aggregation, true),
          kernel -> kernel.aggregate(features, hops, RowOrder.CALLER));
      String input = aggregation + " d=" + dim;
      check(input, features, values);
      check(input, hops[0], expected[0]);
      check(input, hops[1], expected[1]);
      for (int row = 0; row < nodes - 1; row++) {
        for (int gap = dim; gap < dim + 3; gap++) {
          assertThat(wide(features).get(row, gap)).as(input).isEqualTo(UNTOUCHED);
        }
        assertThat(wide(hops[0]).get(row, dim)).as("%s row %d", input, row).isEqualTo(UNTOUCHED);
      }
    }
  }

  private static FloatMatrix gapped(int nodes, int dim, int stride) {
    MemorySegment odd =
        MemorySegment.ofArray(new byte[nodes * stride * Float.BYTES + 1]).asSlice(1);
    FloatMatrix all = FloatMatrix.of(odd, nodes, stride);
    float[] untouched = new float[nodes * stride];
    Arrays.fill(untouched, UNTOUCHED);
    filled(all, untouched);
    return FloatMatrix.of(odd, nodes, dim, stride);
  }

  private static FloatMatrix wide(FloatMatrix gapped) {
    return FloatMatrix.of(gapped.segment(), gapped.rows(), (int) gapped.rowStride());
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void hopsThatAreNotWantedAreSkipped(Aggregation aggregation) {
    for (int hops = 2; hops <= 5; hops++) {
      for (int kept = 0; kept < 1 << (hops - 1); kept += 3) {
        int nodes = 200;
        int dim = 20;
        SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, nodes, hops);
        float[] values = values(nodes * dim, hops);
        float[][] expected = graph.hops(values, dim, hops, aggregation, true);
        FloatMatrix[] targets = new FloatMatrix[hops];
        for (int hop = 0; hop < hops; hop++) {
          boolean wanted = hop == hops - 1 || (kept >> hop & 1) == 1;
          targets[hop] = wanted ? FloatMatrix.allocate(nodes, dim) : null;
        }
        run(
            2,
            graph.operand(aggregation, true),
            kernel ->
                kernel.aggregate(FloatMatrix.of(values, nodes, dim), targets, RowOrder.CALLER));
        for (int hop = 0; hop < hops; hop++) {
          FloatMatrix target = targets[hop];
          if (target != null) {
            check("K=" + hops + " kept=" + kept + " hop " + (hop + 1), target, expected[hop]);
          }
        }
      }
    }
  }

  @Test
  void rowsInThePlansOrderAreThoseOfItsNodes() {
    for (Kind kind : List.of(Kind.COMMUNITY, Kind.DENSE, Kind.POWER_LAW)) {
      int nodes = 800;
      int dim = 24;
      SampleGraph graph = SampleGraph.of(kind, nodes, 5);
      float[] values = values(nodes * dim, 6);
      float[][] expected = graph.hops(values, dim, 3, Aggregation.SUM, true);
      FloatMatrix[] hops = {
        FloatMatrix.allocate(nodes, dim), null, FloatMatrix.allocate(nodes, dim)
      };
      run(
          2,
          graph.operand(Aggregation.SUM, true),
          kernel -> {
            kernel.aggregate(FloatMatrix.of(values, nodes, dim), hops, RowOrder.PLAN);
            int[] order = kernel.planOrder();
            if (order != null) {
              int[] sorted = order.clone();
              Arrays.sort(sorted);
              assertThat(sorted).isEqualTo(java.util.stream.IntStream.range(0, nodes).toArray());
            }
            check(kind + " hop 1", first(hops), inOrder(expected[0], dim, order));
            check(kind + " hop 3", last(hops), inOrder(expected[2], dim, order));
          });
    }
  }

  private static FloatMatrix first(@Nullable FloatMatrix[] hops) {
    return java.util.Objects.requireNonNull(hops[0]);
  }

  private static FloatMatrix last(@Nullable FloatMatrix[] hops) {
    return java.util.Objects.requireNonNull(hops[hops.length - 1]);
  }

  private static float[] inOrder(float[] rows, int dim, int @Nullable [] order) {
    if (order == null) {
      return rows;
    }
    float[] ordered = new float[rows.length];
    for (int place = 0; place < order.length; place++) {
      System.arraycopy(rows, order[place] * dim, ordered, place * dim, dim);
    }
    return ordered;
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void nanInfinityAndSignedZerosTravelAsDefined(Aggregation aggregation) {
    float[] special = {
      Float.NaN,
      Float.intBitsToFloat(0xffc12345),
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      -0f,
      0f,
      Float.MIN_VALUE,
      -1e-40f,
      Float.MAX_VALUE,
      -Float.MAX_VALUE
    };
    for (int dim : new int[] {1, 16, 21, 64}) {
      for (int every : new int[] {1, 2, 40}) {
        for (boolean weighted : new boolean[] {false, true}) {
          int nodes = 120;
          SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, nodes, dim + every);
          float[] values = values(nodes * dim, every);
          for (int i = 0; i < values.length; i += every) {
            values[i] = special[(i / every + i / dim) % special.length];
          }
          float[] weights = {0f, -0f, 1e-30f, -1e30f, Float.POSITIVE_INFINITY};
          for (int edge = 0; edge < graph.edges(); edge += 9) {
            graph.weights()[edge] = weights[edge % weights.length];
          }
          float[][] expected = graph.hops(values, dim, 2, aggregation, weighted);
          FloatMatrix[] hops = {FloatMatrix.allocate(nodes, dim), FloatMatrix.allocate(nodes, dim)};
          run(
              2,
              graph.operand(aggregation, weighted),
              kernel ->
                  kernel.aggregate(FloatMatrix.of(values, nodes, dim), hops, RowOrder.CALLER));
          String input =
              "%s d=%d every=%d weighted=%s".formatted(aggregation, dim, every, weighted);
          check(input + " hop 1", hops[0], expected[0]);
          check(input + " hop 2", hops[1], expected[1]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void edgesAddTheirFeatures(Aggregation aggregation) {
    int i = 0;
    for (int dim : new int[] {1, 3, 16, 17, 100, 300}) {
      List<Kind> kinds =
          dim > 17 ? List.of(Kind.COMMUNITY) : List.of(Kind.COMMUNITY, Kind.SEGMENT_ENDS);
      for (Kind kind : kinds) {
        for (boolean rectified : new boolean[] {false, true}) {
          for (boolean ofKinds : new boolean[] {false, true}) {
            checkMessages(kind, aggregation, dim, rectified, ofKinds, i++);
          }
        }
      }
    }
  }

  private void checkMessages(
      Kind kind, Aggregation aggregation, int dim, boolean rectified, boolean ofKinds, int seed) {
    int nodes = kind == Kind.SEGMENT_ENDS ? 13 : 90;
    boolean weighted = seed % 3 != 0;
    SampleGraph graph = SampleGraph.of(kind, nodes, seed);
    float[] values = values(nodes * dim, seed);
    int tableRows = ofKinds ? 18 : graph.edges();
    float[] table = values(tableRows * dim, seed + 1);
    values[0] = Float.NaN;
    for (int i = 1; i < dim; i++) {
      values[i] = -0f;
      table[i] = -0f;
    }
    int[] kinds = new Random(seed).ints(graph.edges(), 0, 18).toArray();
    float[] expected =
        graph.aggregate(
            dim,
            aggregation,
            weighted,
            (edge, column) -> {
              int tableRow = ofKinds ? kinds[edge] : edge;
              float m =
                  values[graph.columns()[edge] * dim + column] + table[tableRow * dim + column];
              return rectified && m <= 0 ? 0f : m;
            });
    EdgeMessages messages =
        new EdgeMessages(
            FloatMatrix.of(table, tableRows, dim),
            ofKinds ? MemorySegment.ofArray(kinds) : null,
            rectified);
    FloatMatrix aggregated = gapped(nodes, dim, dim + 2);
    run(
        THREADS[seed % 3],
        graph.operand(aggregation, weighted),
        kernel -> kernel.aggregate(FloatMatrix.of(values, nodes, dim), messages, aggregated));
    check(
        "%s %s d=%d rectified=%s kinds=%s weighted=%s seed=%d"
            .formatted(kind, aggregation, dim, rectified, ofKinds, weighted, seed),
        aggregated,
        expected);
  }

  /// `|y - y64| <= (edges + 1) * 2^-23 * sum |w x|`, the bound of any summation order.
  @ParameterizedTest
  @EnumSource(
      value = Aggregation.class,
      names = {"SUM", "MEAN"})
  void sumsAreCloseToThoseInFloat64(Aggregation aggregation) {
    int nodes = 400;
    int dim = 33;
    SampleGraph graph = SampleGraph.of(Kind.POWER_LAW, nodes, 77);
    float[] values = values(nodes * dim, 78);
    FloatMatrix hop = FloatMatrix.allocate(nodes, dim);
    run(
        2,
        graph.operand(aggregation, true),
        kernel ->
            kernel.aggregate(
                FloatMatrix.of(values, nodes, dim), new FloatMatrix[] {hop}, RowOrder.CALLER));
    for (int row = 0; row < nodes; row++) {
      int begin = (int) graph.rowPointers()[row];
      int end = (int) graph.rowPointers()[row + 1];
      double divisor = aggregation == Aggregation.MEAN ? Math.max(1, end - begin) : 1;
      for (int i = 0; i < dim; i++) {
        double sum = 0;
        double magnitude = 0;
        for (int edge = begin; edge < end; edge++) {
          double term = (double) graph.weights()[edge] * values[graph.columns()[edge] * dim + i];
          sum += term;
          magnitude += Math.abs(term);
        }
        assertThat(hop.get(row, i) - sum / divisor)
            .as("row %d column %d", row, i)
            .isBetween(
                -(end - begin + 1) * 0x1p-23 * magnitude / divisor,
                (end - begin + 1) * 0x1p-23 * magnitude / divisor);
      }
    }
  }

  @Test
  void aRowThatHoldsMostEdgesIsExact() {
    int[][] rows = new int[40][];
    Random random = new Random(9);
    for (int row = 0; row < rows.length; row++) {
      rows[row] = random.ints(row == 17 ? 40_000 : row % 3, 0, rows.length).toArray();
    }
    SampleGraph graph = SampleGraph.of(rows, random);
    for (Aggregation aggregation : Aggregation.values()) {
      for (int dim : new int[] {2, 48}) {
        float[] values = values(rows.length * dim, 10);
        FloatMatrix hop = FloatMatrix.allocate(rows.length, dim);
        run(
            7,
            graph.operand(aggregation, true),
            kernel ->
                kernel.aggregate(
                    FloatMatrix.of(values, rows.length, dim),
                    new FloatMatrix[] {hop},
                    RowOrder.CALLER));
        check(aggregation + " d=" + dim, hop, graph.hops(values, dim, 1, aggregation, true)[0]);
      }
    }
  }

  @Test
  void manyThreadsShareOneKernel() {
    int nodes = 400;
    SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, nodes, 11);
    int[] dims = {1, 16, 40, 100, 7, 64};
    FloatMatrix[][] found = new FloatMatrix[dims.length][2];
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    run(
        2,
        graph.operand(Aggregation.MEAN, true),
        kernel -> {
          List<Thread> callers = new ArrayList<>();
          for (int i = 0; i < dims.length; i++) {
            int dim = dims[i];
            FloatMatrix[] hops = found[i];
            hops[0] = FloatMatrix.allocate(nodes, dim);
            hops[1] = FloatMatrix.allocate(nodes, dim);
            Thread caller =
                Thread.ofPlatform()
                    .unstarted(
                        () -> {
                          FloatMatrix features =
                              FloatMatrix.of(values(nodes * dim, dim), nodes, dim);
                          for (int repeat = 0; repeat < 5; repeat++) {
                            kernel.aggregate(features, hops, RowOrder.CALLER);
                          }
                        });
            caller.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            caller.start();
            callers.add(caller);
          }
          for (Thread caller : callers) {
            try {
              caller.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    assertThat(failures).isEmpty();
    for (int i = 0; i < dims.length; i++) {
      float[] values = values(nodes * dims[i], dims[i]);
      float[][] expected = graph.hops(values, dims[i], 2, Aggregation.MEAN, true);
      check("d=" + dims[i] + " hop 1", found[i][0], expected[0]);
      check("d=" + dims[i] + " hop 2", found[i][1], expected[1]);
    }
  }

  @Test
  void anInterruptEndsTheCall() {
    int nodes = 3000;
    SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, nodes, 13);
    float[] values = values(nodes * 40, 14);
    FloatMatrix features = FloatMatrix.of(values, nodes, 40);
    FloatMatrix[] hops = {FloatMatrix.allocate(nodes, 40)};
    run(
        2,
        graph.operand(Aggregation.SUM, true),
        kernel -> {
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(() -> kernel.aggregate(features, hops, RowOrder.CALLER))
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
          kernel.aggregate(features, hops, RowOrder.CALLER);
          check("again", hops[0], graph.hops(values, 40, 1, Aggregation.SUM, true)[0]);
        });
  }

  @Test
  void preparingIsReported() {
    SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, 2000, 15);
    run(
        2,
        graph.operand(Aggregation.SUM, false),
        kernel -> {
          assertThat(kernel.estimatedNanos(64, 3)).isPositive();
          kernel.prepare();
          kernel.prepare();
          assertThat(kernel.preparation().bytes()).isNotNegative();
          assertThat(kernel.preparation().nanos()).isNotNegative();
          assertThat(kernel.describe()).isNotEmpty();
        });
  }

  @Test
  void aClosedKernelAndAClosedBackendSaySo() {
    SampleGraph graph = SampleGraph.of(Kind.UNIFORM, 100, 17);
    FloatMatrix features = FloatMatrix.allocate(100, 8);
    FloatMatrix[] hops = {FloatMatrix.allocate(100, 8)};
    run(
        2,
        graph.operand(Aggregation.SUM, false),
        kernel -> {
          kernel.close();
          kernel.close();
          assertThatThrownBy(() -> kernel.aggregate(features, hops, RowOrder.CALLER))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("closed");
        });
    Backends backends = open(new BackendOptions(2));
    Offer<HopKernel> offer =
        backends.serving().getFirst().hop(graph.operand(Aggregation.SUM, false));
    backends.close();
    assertThat(offer).isInstanceOf(Offer.Accepted.class);
    if (offer instanceof Offer.Accepted<HopKernel>(HopKernel kernel)) {
      assertThatThrownBy(() -> kernel.aggregate(features, hops, RowOrder.CALLER))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      kernel.close();
    }
  }

  /// A use of a kernel.
  private interface Use {
    void with(HopKernel kernel);
  }

  private void run(int threads, HopOperand operand, Use use) {
    try (Backends backends = open(new BackendOptions(threads))) {
      assertThat(backends.serving()).hasSize(1);
      Backend opened = backends.serving().getFirst();
      assertThat(opened.name()).isEqualTo(backend);
      switch (opened.hop(operand)) {
        case Offer.Accepted<HopKernel>(HopKernel kernel) -> {
          try (kernel) {
            use.with(kernel);
          }
        }
        case Offer.Declined<HopKernel>(String reason) ->
            throw new AssertionError(backend + " declined: " + reason);
      }
    }
  }
}
