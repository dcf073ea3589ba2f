package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.SampleGraph;
import dev.tessera.kernel.SampleGraph.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.kernels.simd.HopPlanning.Choice;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each plan, forced upon graphs that are too small to need one, against the definition; with many
/// blocks and chunks. Which plan ran is asserted.
final class HopPlansTest {
  private static final HopBlocks.Sizes SMALL = new HopBlocks.Sizes(5, 50);
  private static final String NOT_PLANNED = "rows as they are, not planned yet";

  /// One input.
  record Case(
      Choice choice,
      Kind kind,
      int nodes,
      Aggregation aggregation,
      boolean weighted,
      int dim,
      int hops,
      int threads,
      long seed) {
    @Override
    public String toString() {
      return "%s %s N=%d %s%s d=%d K=%d threads=%d seed=%d"
          .formatted(
              choice,
              kind,
              nodes,
              aggregation,
              weighted ? " weighted" : "",
              dim,
              hops,
              threads,
              seed);
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int[] dims = {1, 16, 17, 64, 100, 300};
    int[] threads = {1, 2, 7};
    for (Choice choice : new Choice[] {Choice.REORDERED, Choice.BLOCKS}) {
      Kind[] kinds =
          choice == Choice.BLOCKS
              ? new Kind[] {Kind.COMMUNITY, Kind.DENSE, Kind.SEGMENT_ENDS, Kind.EMPTY}
              : new Kind[] {Kind.COMMUNITY, Kind.POWER_LAW, Kind.SEGMENT_ENDS, Kind.EMPTY};
      for (Kind kind : kinds) {
        for (Aggregation aggregation : Aggregation.values()) {
          int i = cases.size();
          for (int repeat = 0; repeat < 3; repeat++) {
            int dim = dims[(i + 2 * repeat) % dims.length];
            cases.add(
                new Case(
                    choice,
                    kind,
                    kind == Kind.SEGMENT_ENDS ? 48 : 300,
                    aggregation,
                    (i + repeat) % 2 == 0,
                    dim,
                    1 + (i + repeat) % 3,
                    threads[(i + repeat) % 3],
                    i));
          }
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyPlanGivesTheBitsOfTheDefinition(Case input) {
    SampleGraph graph = SampleGraph.of(input.kind, input.nodes, input.seed);
    float[] features = normal(input.nodes * input.dim, input.seed + 1);
    float[][] expected =
        graph.hops(features, input.dim, input.hops, input.aggregation, input.weighted);
    check(input, graph.operand(input.aggregation, input.weighted), features, expected);
    if (input.weighted) {
      check(input, graph.computedOperand(input.aggregation), features, expected);
    }
  }

  private static void check(Case input, HopOperand operand, float[] features, float[][] expected) {
    try (WorkerPool pool = new WorkerPool("plans", input.threads);
        HopKernel kernel = new SimdHopKernel(operand, pool, new HopPaces(), input.choice, SMALL)) {
      for (RowOrder order : RowOrder.values()) {
        FloatMatrix[] hops = new FloatMatrix[input.hops];
        for (int hop = 0; hop < input.hops; hop++) {
          boolean wanted = hop % 2 == 0 || hop == input.hops - 1;
          hops[hop] = wanted ? FloatMatrix.allocate(input.nodes, input.dim) : null;
        }
        kernel.aggregate(FloatMatrix.of(features, input.nodes, input.dim), hops, order);
        int[] places = order == RowOrder.PLAN ? kernel.planOrder() : null;
        for (int hop = 0; hop < input.hops; hop++) {
          check(input + " hop " + (hop + 1), hops[hop], expected[hop], places);
        }
      }
      assertThat(kernel.describe())
          .startsWith(
              input.choice == Choice.BLOCKS
                  ? Math.ceilDiv(input.nodes, 32) + " blocks of 32"
                  : "nodes reordered");
      assertThat(kernel.preparation().bytes()).isPositive();
      assertThat(kernel.preparation().nanos()).isPositive();
    }
  }

  private static void check(
      String input, @Nullable FloatMatrix found, float[] expected, int @Nullable [] places) {
    if (found == null) {
      return;
    }
    for (int row = 0; row < found.rows(); row++) {
      int node = places == null ? row : places[row];
      for (int i = 0; i < found.columns(); i++) {
        float want = expected[node * found.columns() + i];
        float have = found.get(row, i);
        if (Float.floatToIntBits(want) != Float.floatToIntBits(have)) {
          throw new AssertionError(
              "%s row %d column %d: expected %s, found %s".formatted(input, row, i, want, have));
        }
      }
    }
  }

  private static float[] normal(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /// Each hop is the definition's aggregate of the rounded hop before, to the bit.
  @ParameterizedTest
  @EnumSource(
      value = Choice.class,
      names = {"PLAIN", "REORDERED", "BLOCKS"})
  void hopsOfBfloat16AreThoseOfRoundedRows(Choice choice) {
    int nodes = 120;
    for (int dim : new int[] {1, 16, 33, 64, 100, 300}) {
      for (Aggregation aggregation : Aggregation.values()) {
        Kind kind = dim == 64 ? Kind.SEGMENT_ENDS : Kind.COMMUNITY;
        SampleGraph graph = SampleGraph.of(kind, nodes, dim);
        float[] features = normal(nodes * dim, dim);
        float[] special = {
          Float.NaN,
          -0f,
          Float.MAX_VALUE,
          1e-40f,
          Float.NEGATIVE_INFINITY,
          Float.intBitsToFloat(0x7f80_0001),
          Float.intBitsToFloat(-1)
        };
        for (int i = 0; i < features.length; i += 50) {
          features[i] = special[i / 50 % special.length];
        }
        boolean exact = aggregation == Aggregation.MAX || dim < Lanes.COUNT;
        try (WorkerPool pool = new WorkerPool("plans", 2);
            HopKernel kernel =
                new SimdHopKernel(
                    graph.operand(aggregation, true), pool, new HopPaces(), choice, SMALL)) {
          FloatMatrix[] hops = {
            FloatMatrix.allocate(nodes, dim), null, FloatMatrix.allocate(nodes, dim)
          };
          for (int repeat = 0; repeat < 3; repeat++) { // vector code takes its turns
            kernel.aggregate(
                FloatMatrix.of(features, nodes, dim), hops, RowOrder.CALLER, Storage.BFLOAT16);
            float[] source = features;
            for (int hop = 0; hop < 3; hop++) {
              float[] held = exact ? source : bfloat16(source);
              source = graph.hops(held, dim, 1, aggregation, true)[0];
              String what = "%s %s d=%d hop %d".formatted(choice, aggregation, dim, hop + 1);
              check(what, hops[hop], source, null);
            }
          }
        }
      }
    }
  }

  private static float[] bfloat16(float[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = HalfRowsTest.rounded(values[i]);
    }
    return rounded;
  }

  @Test
  void rowsThatDoNotAscendAreTakenAsTheyAre() {
    SampleGraph graph = SampleGraph.of(Kind.POWER_LAW, 300, 8);
    try (WorkerPool pool = new WorkerPool("plans", 2)) {
      CallerEdges edges = new CallerEdges(graph.operand(Aggregation.SUM, true), pool);
      try (HopPlan plan = HopPlanning.plan(edges, pool, new HopPaces(), Choice.BLOCKS, SMALL)) {
        assertThat(plan.blocks()).isNull();
        assertThat(plan.reason()).contains("do not ascend");
      }
    }
  }

  /// A plan that keeps weights in its own order holds the only copy; who goes through the rows as
  /// they are computes another.
  @ParameterizedTest
  @EnumSource(
      value = Choice.class,
      names = {"REORDERED", "BLOCKS"})
  void computedWeightsLieInThePlansOrderAlone(Choice choice) {
    SampleGraph graph = SampleGraph.of(Kind.DENSE, 300, 8);
    FloatMatrix features = FloatMatrix.allocate(300, 64);
    FloatMatrix[] hop = {FloatMatrix.allocate(300, 64)};
    try (WorkerPool pool = new WorkerPool("plans", 1);
        SimdHopKernel computed =
            new SimdHopKernel(
                graph.computedOperand(Aggregation.SUM), pool, new HopPaces(), choice, SMALL);
        SimdHopKernel stored =
            new SimdHopKernel(
                graph.operand(Aggregation.SUM, true), pool, new HopPaces(), choice, SMALL)) {
      for (HopKernel kernel : List.of(computed, stored)) {
        kernel.prepare();
        kernel.aggregate(features, hop, RowOrder.CALLER);
      }
      long planned = computed.preparation().bytes();
      assertThat(planned).isEqualTo(stored.preparation().bytes());

      EdgeMessages messages =
          new EdgeMessages(FloatMatrix.allocate(graph.edges(), 64), null, false);
      computed.aggregate(features, messages, hop[0]);

      assertThat(computed.preparation().bytes())
          .isGreaterThanOrEqualTo(planned + graph.edges() * (long) Float.BYTES);
    }
  }

  @Test
  void communitiesAreFoundAndRandomGraphsAreLeftAlone() {
    try (WorkerPool pool = new WorkerPool("plans", 2)) {
      SampleGraph communities = SampleGraph.of(Kind.COMMUNITY, 20_000, 4);
      SampleGraph uniform = SampleGraph.of(Kind.UNIFORM, 20_000, 4);
      try (HopPlan found = measured(communities, pool);
          HopPlan none = measured(uniform, pool)) {
        assertThat(found.reason()).startsWith("nodes reordered");
        int[] order = found.order();
        assertThat(order).isNotNull();
        assertThat(order.clone()).isNotEqualTo(IntStream.range(0, 20_000).toArray());
        assertThat(IntStream.of(order).sorted().toArray())
            .isEqualTo(IntStream.range(0, 20_000).toArray());
        assertThat(none.reason()).startsWith("rows as they are: 8.0 edges a row");
        assertThat(none.order()).isNull();
      }
    }
  }

  private static HopPlan measured(SampleGraph graph, WorkerPool pool) {
    HopOperand operand = graph.operand(Aggregation.SUM, true);
    return HopPlanning.plan(
        new CallerEdges(operand, pool),
        pool,
        new HopPaces(),
        Choice.MEASURED,
        HopBlocks.Sizes.DEFAULT);
  }

  @Test
  void theOrderDoesNotDependOnTheNumberOfThreads() {
    SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, 3000, 9);
    HopOperand operand = graph.operand(Aggregation.SUM, true);
    List<int[]> orders = new ArrayList<>();
    for (int threads : new int[] {1, 2, 7}) {
      try (WorkerPool pool = new WorkerPool("plans", threads);
          HopPlan plan =
              HopPlanning.plan(
                  new CallerEdges(operand, pool), pool, new HopPaces(), Choice.REORDERED, SMALL)) {
        orders.add(plan.order());
      }
    }
    assertThat(orders.get(1)).isEqualTo(orders.get(0));
    assertThat(orders.get(2)).isEqualTo(orders.get(0));
  }

  @Test
  void plansWaitUntilTheyPay() {
    SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, 20_000, 4);
    FloatMatrix features = FloatMatrix.allocate(20_000, 16);
    FloatMatrix hop = FloatMatrix.allocate(20_000, 16);
    try (WorkerPool pool = new WorkerPool("plans", 2);
        HopKernel kernel =
            new SimdHopKernel(graph.operand(Aggregation.SUM, true), pool, new HopPaces())) {
      kernel.aggregate(features, new FloatMatrix[] {hop}, RowOrder.CALLER);
      assertThat(kernel.describe()).startsWith(NOT_PLANNED);
      kernel.prepare();
      assertThat(kernel.describe()).startsWith("nodes reordered");
    }
  }

  @Test
  void reportsDoNotWaitForAPlanThatIsMade() throws InterruptedException {
    HopOperand operand = SampleGraph.of(Kind.UNIFORM, 60_000, 4).operand(Aggregation.SUM, true);
    List<String> meanwhile = new ArrayList<>();
    for (int attempt = 0; attempt < 10 && !meanwhile.contains(NOT_PLANNED); attempt++) {
      try (WorkerPool pool = new WorkerPool("plans", 1);
          SimdHopKernel kernel =
              new SimdHopKernel(operand, pool, new HopPaces(), Choice.REORDERED, SMALL)) {
        Thread planner = Thread.ofPlatform().start(kernel::prepare);
        while (planner.isAlive() && !isPlanning(planner)) {
          Thread.onSpinWait();
        }
        assertThat(kernel.estimatedNanos(1, 1)).isPositive();
        meanwhile.add(kernel.describe().split(";")[0]);
        planner.join();
        assertThat(kernel.describe()).startsWith("nodes reordered");
      }
    }
    assertThat(meanwhile).contains(NOT_PLANNED);
  }

  private static boolean isPlanning(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(HopPlanning.class.getName()));
  }
}
