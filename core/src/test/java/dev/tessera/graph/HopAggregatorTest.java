package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.graph.HopOptions.Layout;
import dev.tessera.graph.Normalization.Degrees;
import dev.tessera.graph.Normalization.Mode;
import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.NpyImage;
import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.SampleGraph;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HopAggregatorTest {
  private final Tessera tessera = Tessera.open("scalar");

  @TempDir Path folder;

  @AfterEach
  void close() {
    tessera.close();
  }

  /// 0 - 1 - 2.
  private static final Graph PATH =
      Graph.of(EdgeList.of(new int[] {0, 1}, new int[] {1, 2}), GraphOptions.UNDIRECTED);

  private static final FloatMatrix PATH_FEATURES =
      FloatMatrix.of(new float[] {1, 0, 0, 1, 2, 2}, 3, 2);

  /// NAGphormer's tokens of the path: `D^-1/2 (A + I) D^-1/2`.
  @Test
  void theGoldenTokensOfNagphormerComeOut() {
    try (HopAggregator hops = tessera.hops(PATH, Normalization.SYMMETRIC.withSelfLoops())) {
      FloatTensor tokens = hops.aggregate(PATH_FEATURES, 2);
      assertThat(tokens).hasToString("FloatTensor[3 x 3 x 2]");
      assertRow(tokens, 0, 0, 1, 0);
      assertRow(tokens, 0, 1, .5, .408248);
      assertRow(tokens, 0, 2, .75, .67354);
      assertRow(tokens, 1, 0, 0, 1);
      assertRow(tokens, 1, 1, 1.224745, 1.14983);
      assertRow(tokens, 1, 2, 1.020621, 1.124858);
    }
  }

  /// LLaGA's HO rows of the path: `D^-1/2 A D^-1/2`, no self loops.
  @Test
  void theGoldenHopFieldOfLlagaComesOut() {
    try (HopAggregator hops =
        tessera.hops(PATH, Normalization.SYMMETRIC.withDegrees(Degrees.ROWS))) {
      FloatTensor tokens = hops.aggregate(PATH_FEATURES, 4);
      assertRow(tokens, 0, 0, 1, 0);
      assertRow(tokens, 0, 1, 0, .707107);
      assertRow(tokens, 0, 2, 1.5, 1);
    }
  }

  private static void assertRow(FloatTensor tokens, int node, int hop, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(tokens.get(node, hop, i))
          .as("node %d hop %d column %d", node, hop, i)
          .isCloseTo((float) expected[i], within(1.5e-6f));
    }
  }

  /// A directed graph with unequal degrees: 0 -> 1 (twice as heavy), 0 -> 2, 1 -> 2, 2 -> 2; node 3
  /// is alone.
  private static final Graph DIRECTED =
      Graph.of(
          EdgeList.of(new int[] {0, 0, 1, 2}, new int[] {1, 2, 2, 2}, new float[] {2, 1, 4, 0.5f}),
          GraphOptions.DIRECTED.withNodes(4));

  private List<Float> weights(Normalization normalization) {
    try (HopAggregator hops = tessera.hops(DIRECTED, normalization)) {
      Graph graph = hops.graph();
      List<Float> weights = new ArrayList<>();
      for (long edge = 0; edge < graph.edges(); edge++) {
        weights.add(graph.weight(edge));
      }
      return weights;
    }
  }

  /// The edges in row order are 0 -> 1, 0 -> 2, 1 -> 2, 2 -> 2; row sums 0, 2, 5.5, 0; column sums
  /// 3, 4, 0.5, 0.
  @Test
  void directedDegreesAreThoseThatWereAskedFor() {
    Normalization symmetric = Normalization.SYMMETRIC;
    assertThat(weights(symmetric))
        .containsExactly(
            2 * symmetric(2, 3),
            symmetric(5.5, 3),
            4 * symmetric(5.5, 4),
            .5f * symmetric(5.5, .5));
    assertThat(weights(symmetric.withDegrees(Degrees.CROSSED)))
        .containsExactly(0f, 0f, 4 * symmetric(.5, 2), .5f * symmetric(.5, 5.5));
    assertThat(weights(symmetric.withDegrees(Degrees.ROWS)))
        .containsExactly(0f, 0f, 4 * symmetric(5.5, 2), .5f * symmetric(5.5, 5.5));
    assertThat(weights(Normalization.ROW))
        .containsExactly(
            2 * .5f, (float) (1 / 5.5), 4 * (float) (1 / 5.5), .5f * (float) (1 / 5.5));
    assertThat(weights(Normalization.COLUMN))
        .containsExactly(2 * (float) (1 / 3.), (float) (1 / 3.), 4 * .25f, .5f * 2);
    assertThat(weights(Normalization.SUM)).containsExactly(2f, 1f, 4f, .5f);
    assertThat(weights(Normalization.MEAN.turned())).containsExactly(2f, 1f, 4f, .5f);
    assertThat(weights(Normalization.SUM.withSelfLoops()))
        .containsExactly(1f, 2f, 1f, 1f, 4f, 1.5f, 1f);
  }

  /// Millions of pairs of degrees, with and without weights of their own: among them such whose
  /// factor lies in the middle between two floats as nearly as float64 can tell.
  @Test
  void symmetricWeightsAreThoseOfTheDefinitionToTheBit() {
    int nodes = 3000;
    SplittableRandom random = new SplittableRandom(5);
    double[] sums = new double[nodes];
    for (int node = 0; node < nodes; node++) {
      sums[node] =
          node % 3 == 0
              ? random.nextInt(1, 100_000)
              : Math.scalb(random.nextDouble(1, 4), random.nextInt(-240, 240));
    }
    sums[7] = 0;
    sums[8] = -3;
    sums[9] = Double.POSITIVE_INFINITY;
    sums[10] = Double.NaN;
    DegreeTable degrees = DegreeTable.of(sums);
    EndFactors factors = new EndFactors.Symmetric(degrees, degrees);
    int[] columns = new int[nodes];
    float[] found = new float[nodes + 1];
    for (int row = 0; row < nodes; row++) {
      Arrays.setAll(columns, node -> node);
      factors.find(columns, nodes);
      factors.write(row, columns, 0, nodes, found, 1);
      for (int column = 0; column < nodes; column++) {
        boolean none = !(sums[row] > 0 && sums[column] > 0);
        float expected = none ? 0 : symmetric(sums[row], sums[column]);
        if (found[column + 1] != expected) {
          throw new AssertionError(
              "degrees %s and %s: expected %s, found %s"
                  .formatted(sums[row], sums[column], expected, found[column + 1]));
        }
      }
    }
  }

  @Test
  void degreesAreFoundAgainWhetherSharedOrNot() {
    for (int different : new int[] {1, 200, 65_536, 65_537, 100_000}) {
      double[] degrees = new double[200_000];
      Arrays.setAll(degrees, node -> (node * 7L % different) * 0.25);
      int[] places = new int[degrees.length];
      Arrays.setAll(places, node -> node);

      DegreeTable table = DegreeTable.of(degrees.clone());
      table.toPlaces(places, places.length);

      assertThat(table.size()).isEqualTo(different <= 65_536 ? different : degrees.length);
      for (int node = 0; node < degrees.length; node++) {
        assertThat(places[node]).isEqualTo(table.place(node));
        assertThat(table.degree(places[node])).isEqualTo(degrees[node]);
      }
    }
  }

  @Test
  void theGraphThatHopsSeeHasItsWeightsAndTheNumbersWithoutThem() {
    try (HopAggregator hops = tessera.hops(DIRECTED, Normalization.SYMMETRIC.withSelfLoops())) {
      assertThat(hops.nodes()).isEqualTo(4);
      assertThat(hops.edges()).isEqualTo(7);
      assertThat(hops.graph()).isSameAs(hops.graph());
      assertThat(hops.graph().edges()).isEqualTo(7);
    }
  }

  private static float symmetric(double d, double e) {
    return (float) (1 / Math.sqrt(d * e));
  }

  @Test
  void degreesThatAreNotAboveZeroGiveTheWeightZero() {
    Graph graph =
        Graph.of(
            EdgeList.of(new int[] {0, 1, 0, 0}, new int[] {1, 1, 2, 3}, new float[] {2, -2, -3, 4}),
            GraphOptions.DIRECTED);
    for (Normalization normalization : List.of(Normalization.ROW, Normalization.SYMMETRIC)) {
      try (HopAggregator hops = tessera.hops(graph, normalization)) {
        FloatTensor tokens = hops.aggregate(FloatMatrix.of(new float[] {5, 6, 7, 8}, 4, 1), 1);
        assertThat(tokens.get(0, 1, 0)).isZero(); // no edges
        assertThat(tokens.get(1, 1, 0)).isZero(); // 2 - 2
        assertThat(tokens.get(2, 1, 0)).isZero(); // -3
        assertThat(tokens.get(3, 1, 0)).isPositive();
      }
    }
  }

  @Test
  void meanAndMaxOfNoNeighbourAreZero() {
    for (Normalization normalization : List.of(Normalization.MEAN, Normalization.MAX)) {
      try (HopAggregator hops = tessera.hops(DIRECTED, normalization)) {
        FloatTensor tokens = hops.aggregate(FloatMatrix.of(new float[] {-5, 6, 7, 8}, 4, 1), 1);
        assertThat(tokens.get(0, 1, 0)).isZero();
        assertThat(tokens.get(3, 1, 0)).isZero();
        assertThat(tokens.get(1, 1, 0)).isEqualTo(-10);
        assertThat(tokens.get(2, 1, 0))
            .isEqualTo(normalization.mode() == Mode.MAX ? 24f : (-5 + 24 + 3.5f) / 3);
      }
    }
  }

  private static Graph sample(SampleGraph.Kind kind, int nodes) {
    SampleGraph sample = SampleGraph.of(kind, nodes, 21);
    return Graph.of(sample.rowPointers(), sample.columns(), sample.weights());
  }

  private static FloatMatrix features(int nodes, int dim) {
    FloatMatrix features = FloatMatrix.allocate(nodes, dim);
    Random random = new Random(dim);
    for (int row = 0; row < nodes; row++) {
      for (int i = 0; i < dim; i++) {
        features.set(row, i, (float) random.nextGaussian());
      }
    }
    return features;
  }

  private static void assertSame(FloatTensor expected, FloatTensor found, String what) {
    assertThat(found).hasToString(expected.toString());
    for (long i = 0; i < expected.first(); i++) {
      for (long j = 0; j < expected.second(); j++) {
        for (int k = 0; k < expected.third(); k++) {
          if (Float.compare(expected.get(i, j, k), found.get(i, j, k)) != 0) {
            throw new AssertionError(
                "%s [%d, %d, %d]: expected %s, found %s"
                    .formatted(what, i, j, k, expected.get(i, j, k), found.get(i, j, k)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void everyWayToKeepHopsGivesTheSame(Mode mode) throws IOException {
    int nodes = 300;
    int dim = 37;
    Graph graph = sample(SampleGraph.Kind.POWER_LAW, nodes);
    FloatMatrix features = features(nodes, dim);
    Normalization normalization =
        new Normalization(mode, SelfLoops.KEEP, Degrees.OWN, mode == Mode.SUM);
    try (HopAggregator hops = tessera.hops(graph, normalization)) {
      FloatTensor expected = hops.aggregate(features, 3);
      HopOptions hopMajor = HopOptions.of(3).withLayout(Layout.HOP_MAJOR);
      FloatTensor planes = hops.aggregate(features, hopMajor).tensor();
      assertSame(expected, planes, "hop-major");
      assertThat(planes.isPacked()).isFalse();
      assertThat(planes.swapped().isPacked()).isTrue();
      FloatTensor last = hops.aggregate(features, HopOptions.of(3).withLastOnly()).tensor();
      assertThat(last.second()).isEqualTo(1);
      for (int row = 0; row < nodes; row++) {
        for (int i = 0; i < dim; i++) {
          assertThat(last.get(row, 0, i)).isEqualTo(expected.get(row, 3, i));
        }
      }
      // The scalar backend keeps the caller's numbering.
      HopTokens planned = hops.aggregate(features, HopOptions.of(3).withRowOrder(RowOrder.PLAN));
      assertThat(planned.order()).isNull();
      assertSame(expected, planned.tensor(), "plan order");
      FloatTensor own = FloatTensor.allocate(nodes, 4, dim);
      for (int row = 0; row < nodes; row++) {
        for (int i = 0; i < dim; i++) {
          own.set(row, 0, i, features.get(row, i));
        }
      }
      hops.aggregate(own.atSecond(0), HopOptions.of(3), own);
      assertSame(expected, own, "in place");
      FloatTensor none = hops.aggregate(features, 0);
      assertThat(none.second()).isEqualTo(1);
      assertThat(none.get(7, 0, 5)).isEqualTo(features.get(7, 5));
    }
  }

  /// A mapped file takes some columns at a time: from two buffers of 16 columns to all at once.
  @Test
  void mappedTokensAreTheSameInAnyBuffers() throws IOException {
    int nodes = 250;
    int dim = 70;
    FloatMatrix features = features(nodes, dim);
    Path file = folder.resolve("tokens.npy");
    try (HopAggregator hops =
        tessera.hops(sample(SampleGraph.Kind.COMMUNITY, nodes), Normalization.SUM)) {
      for (int k : new int[] {0, 1, 3}) {
        for (boolean lastOnly : new boolean[] {false, true}) {
          for (Layout layout : Layout.values()) {
            for (long columns : new long[] {1, 16 * 4, 33 * 6, 1000}) {
              HopOptions options = HopOptions.of(k).withLayout(layout);
              options = lastOnly ? options.withLastOnly() : options;
              FloatTensor expected = hops.aggregate(features, options).tensor();
              options = options.withBufferBytes(columns * nodes * Float.BYTES);
              boolean byNode = layout == Layout.NODE_MAJOR;
              long first = byNode ? nodes : options.kept();
              long second = byNode ? options.kept() : nodes;
              List<Long> steps = new ArrayList<>();
              try (NpyImage image = NpyImage.create(file, ElementType.F32, first, second, dim)) {
                FloatTensor tokens = FloatTensor.of(image.elements(), first, second, dim);
                hops.aggregate(
                    features,
                    options,
                    byNode ? tokens : tokens.swapped(),
                    (done, all) -> steps.add(done * 1000 / all));
                image.commit();
              }
              assertThat(steps).isSorted().endsWith(1000L);
              assertThat(steps.size()).isEqualTo(columns >= 1000 ? 1 : steps.size());
              FloatTensor written = FloatTensor.of(Npy.open(file).segment(), first, second, dim);
              assertSame(
                  expected,
                  byNode ? written : written.swapped(),
                  "K=%d last=%s %s columns=%d".formatted(k, lastOnly, layout, columns));
            }
          }
        }
      }
    }
  }

  @Test
  void edgesAddTheirFeatures() {
    Graph graph = Graph.of(new long[] {0, 2, 3}, new int[] {0, 1, 0}, null);
    FloatMatrix features = FloatMatrix.of(new float[] {1, 2, 3, -4}, 2, 2);
    FloatMatrix table = FloatMatrix.of(new float[] {10, 20, -5, 0}, 2, 2);
    try (HopAggregator hops = tessera.hops(graph, Normalization.SUM)) {
      EdgeMessages messages =
          new EdgeMessages(table, MemorySegment.ofArray(new int[] {0, 1, 1}), true);
      assertThat(hops.aggregate(features, messages).toArray()).containsExactly(11, 22, 0, 2);
      assertThatThrownBy(() -> hops.aggregate(features, new EdgeMessages(table, null, false)))
          .hasMessage("a table without kinds has a row an edge: 3, not 2");
      assertThatThrownBy(
              () ->
                  hops.aggregate(
                      features,
                      new EdgeMessages(table, MemorySegment.ofArray(new int[] {0, 2, 1}), false)))
          .hasMessage("edge 1 is of the kind 2, the table has the rows [0, 2)");
      assertThatThrownBy(
              () ->
                  hops.aggregate(FloatMatrix.allocate(2, 3), new EdgeMessages(table, null, false)))
          .hasMessage("the features have 3 columns, the edges' table has 2");
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    try (HopAggregator hops = tessera.hops(PATH, Normalization.MEAN)) {
      assertThatThrownBy(() -> hops.aggregate(FloatMatrix.allocate(4, 2), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the features have 4 rows, the graph has 3 nodes");
      assertThatThrownBy(() -> hops.aggregate(PATH_FEATURES, -1))
          .hasMessage("at least 0 hops are taken, not -1");
      assertThatThrownBy(
              () -> hops.aggregate(PATH_FEATURES, HopOptions.of(2), FloatTensor.allocate(3, 2, 2)))
          .hasMessage("2 hops of features [3 x 2] need tokens [3 x 3 x 2], not [3 x 2 x 2]");
    }
  }

  @Test
  void featuresWithinTheTokensKeepTheCallersNumbering() {
    FloatTensor tokens = FloatTensor.allocate(3, 2, 2);
    try (HopAggregator hops = tessera.hops(PATH, Normalization.MEAN)) {
      assertThatThrownBy(
              () ->
                  hops.aggregate(
                      tokens.atSecond(0), HopOptions.of(1).withRowOrder(RowOrder.PLAN), tokens))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the caller's numbering");
    }
  }

  @Test
  void aRowOfTenMillionEdgesIsSummedInSegments() {
    int edges = 10_000_000;
    Arena arena = Arena.ofAuto();
    MemorySegment columns = arena.allocate(edges * (long) Integer.BYTES);
    MemorySegment rowPointers = arena.allocateFrom(ValueLayout.JAVA_LONG, 0, edges, edges);
    Graph graph = Graph.of(rowPointers, columns, null);
    FloatMatrix features = FloatMatrix.of(new float[] {1, 2}, 2, 1);
    try (HopAggregator sum = tessera.hops(graph, Normalization.SUM);
        HopAggregator mean = tessera.hops(graph, Normalization.MEAN)) {
      // 1 + 1 + ... stays exact up to 2^24.
      assertThat(sum.aggregate(features, 1).get(0, 1, 0)).isEqualTo(edges);
      assertThat(mean.aggregate(features, 1).get(0, 1, 0)).isEqualTo(1);
    }
  }

  @Test
  void graphsWithoutNodesAndFeaturesWithoutColumnsHaveNoTokens() {
    Graph empty = Graph.of(new long[1], new int[0], null);
    try (HopAggregator hops = tessera.hops(empty, Normalization.SYMMETRIC.withSelfLoops())) {
      assertThat(hops.aggregate(FloatMatrix.allocate(0, 5), 2).elements()).isZero();
    }
    try (HopAggregator hops = tessera.hops(PATH, Normalization.SUM)) {
      assertThat(hops.aggregate(FloatMatrix.allocate(3, 0), 2).elements()).isZero();
    }
  }

  @Test
  void theReportNamesTheBackend() {
    try (HopAggregator hops = tessera.hops(PATH, Normalization.SUM)) {
      hops.prepare();
      hops.aggregate(PATH_FEATURES, 2);
      KernelReport.Served served = hops.report().backends().getFirst();
      assertThat(served.backend()).isEqualTo("scalar");
      assertThat(served.calls()).isEqualTo(1);
      assertThat(served.rows()).isEqualTo(6);
      assertThat(hops.normalization()).isEqualTo(Normalization.SUM);
    }
  }
}
