package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The flat screens against the definition. Searches run without [VectorPace], so that every row
/// goes through the vector code.
final class FlatSearchTest {
  /// One input.
  record Case(Kind kind, Metric metric, int n, int codes, int dim, long seed) {
    SampleVectors vectors() {
      return SampleVectors.of(kind, n, codes, dim, seed);
    }

    @Override
    public String toString() {
      return "%s %s n=%d K=%d d=%d seed=%d".formatted(kind, metric, n, codes, dim, seed);
    }
  }

  static List<Case> everyKind() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {{130, 700, 24}, {100, 1030, 48}, {60, 333, 130}};
    for (Kind kind : Kind.values()) {
      for (Metric metric : Metric.values()) {
        for (int i = 0; i < shapes.length; i++) {
          cases.add(new Case(kind, metric, shapes[i][0], shapes[i][1], shapes[i][2], 40 + i));
        }
      }
    }
    return cases;
  }

  /// Sizes around one and several vectors, panels, groups of points and steps of the scan.
  static List<Case> everyTail() {
    List<Case> cases = new ArrayList<>();
    int lanes = Lanes.COUNT;
    int panel = Screen.PANEL_CODES;
    int scan = CandidateScan.STEP * panel;
    for (int codes :
        new int[] {
          1,
          2,
          3,
          lanes - 1,
          lanes,
          lanes + 1,
          panel - 1,
          panel,
          panel + 1,
          3 * panel + 1,
          scan - 1,
          scan,
          scan + 1,
          2 * scan + panel + 1
        }) {
      cases.add(new Case(Kind.DUPLICATES, Metric.L2, 50, codes, 9, codes));
      cases.add(new Case(Kind.CLUSTERED, Metric.COSINE, 50, codes, 33, codes));
    }
    for (int dim :
        new int[] {
          1, 2, lanes - 1, lanes, lanes + 1, 2 * lanes - 1, 2 * lanes, 2 * lanes + 1, 200
        }) {
      cases.add(new Case(Kind.CLUSTERED, Metric.L2, 50, 300, dim, dim));
      cases.add(new Case(Kind.RANDOM, Metric.DOT, 50, 300, dim, dim));
    }
    for (int n = 1; n <= 2 * ScreenTiles.MOST_POINTS + 1; n++) {
      cases.add(new Case(Kind.CLUSTERED, Metric.L2, n, 200, 30, n));
    }
    int chunk = ScreenedChunk.capacity(200);
    for (int n : new int[] {chunk - 1, chunk, chunk + 1, 2 * chunk + 3}) {
      cases.add(new Case(Kind.CLUSTERED, Metric.L2, n, 200, 30, n));
    }
    return cases;
  }

  @Test
  void theWidthIsTheOneAskedFor() {
    int asked = Integer.getInteger("tessera.test.vectorBits");
    assertThat(Lanes.BYTES * Byte.SIZE).isEqualTo(Math.min(asked, VectorWidth.bits()));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void bothScreensGiveTheIdsOfTheDefinition(Case input) {
    int[] expected = definition(input);
    assertThat(screened(input, 0, 1)).as("dense, %s", input).isEqualTo(expected);
    for (int depth : new int[] {6, 16}) {
      assertThat(screened(input, depth, 1)).as("depth %d, %s", depth, input).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("everyTail")
  void everyTailIsExact(Case input) {
    int[] expected = definition(input);
    assertThat(screened(input, 0, 1)).as("dense, %s", input).isEqualTo(expected);
    if (input.dim > 1 && input.codes > 1) {
      int depth = Math.min(7, input.dim); // fewer where the codewords span less
      assertThat(screened(input, depth, 1)).as("projected, %s", input).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void theSearchThatChoosesForItselfIsExact(Case input) {
    SampleVectors vectors = input.vectors();
    try (FlatSearch search =
        new FlatSearch(new NearestOperand(vectors.codewords(), input.metric))) {
      search.prepare(Integer.MAX_VALUE);
      for (int repeat = 0; repeat < 3; repeat++) { // the depth changes after the first chunk
        assertThat(search(search, vectors.points(), NearestOptions.SINGLE, null))
            .as("%s, repeat %d", input, repeat)
            .isEqualTo(definition(input));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void severalNeighboursWithinRangesAreExact(Case input) {
    SampleVectors vectors = input.vectors();
    NearestOperand operand = new NearestOperand(vectors.codewords(), input.metric);
    Random random = new Random(input.seed);
    int[] lows = new int[input.n];
    int[] highs = new int[input.n];
    for (int row = 0; row < input.n; row++) {
      lows[row] = random.nextInt(input.codes);
      highs[row] = lows[row] + 1 + random.nextInt(input.codes - lows[row]);
    }
    try (FlatSearch search = new FlatSearch(operand)) {
      for (int neighbours : new int[] {1, 3, 40}) {
        for (@Nullable CodeRanges ranges :
            Arrays.<@Nullable CodeRanges>asList(null, CodeRanges.of(lows, highs))) {
          NearestOptions options = new NearestOptions(neighbours, ranges);
          double[] distances = new double[input.n * neighbours];
          double[] expectedDistances = new double[input.n * neighbours];
          int[] ids = search(search, vectors.points(), options, distances);
          int[] expected =
              search(new DefinitionSearch(operand), vectors.points(), options, expectedDistances);
          String what = "%s, %d neighbours, ranges %s".formatted(input, neighbours, ranges != null);
          assertThat(ids).as(what).isEqualTo(expected);
          assertThat(distances).as(what).isEqualTo(expectedDistances);
        }
      }
    }
  }

  /// The proof, put to the test: no exact score lies below the screen's minimum or outside the
  /// float32 bounds.
  @ParameterizedTest
  @MethodSource("everyKind")
  void boundsHold(Case input) {
    SampleVectors vectors = input.vectors();
    NearestOperand operand = new NearestOperand(vectors.codewords(), input.metric);
    try (FlatCodebook codebook = new FlatCodebook(operand, 1)) {
      for (int depth : new int[] {0, 6, 16}) {
        Screen screen = screen(codebook, depth);
        ScreenedChunk chunk = new ScreenedChunk(codebook);
        int count = Math.min(input.n, ScreenedChunk.capacity(input.codes));
        chunk.load(screen, vectors.points(), 0, ascending(count), count);
        chunk.screen();
        for (int row = 0; row < count; row++) {
          if (chunk.points().fate(row) == PointChunk.Fate.SCREENED) {
            boundsHold(input, codebook, screen, chunk, row);
          }
        }
      }
    }
  }

  private static void boundsHold(
      Case input, FlatCodebook codebook, Screen screen, ScreenedChunk chunk, int row) {
    float[] lowers = new float[2];
    float[] uppers = new float[2];
    PointChunk points = chunk.points();
    for (int pair = 0; pair < Math.ceilDiv(input.codes, 2); pair++) {
      int a = screen.code(2 * pair);
      int b = screen.code(2 * pair + 1);
      codebook
          .rows()
          .bound(a, b, points.rows(), points.start(row), points.norm(row), lowers, uppers, 0);
      float minimum = chunk.minima()[chunk.minimaStart(row) + pair];
      for (int i = 0; i < 2; i++) {
        int code = i == 0 ? a : b;
        if (code < input.codes && !codebook.centred().isOutlier(code)) {
          double exact = exactScore(codebook.centred(), points, row, code);
          String what = "%s row %d code %d".formatted(input, row, code);
          assertThat((double) minimum).as(what).isLessThanOrEqualTo(exact);
          assertThat((double) lowers[i]).as(what).isLessThanOrEqualTo(exact);
          assertThat((double) uppers[i]).as(what).isGreaterThanOrEqualTo(exact);
        }
      }
    }
  }

  /// The score in the centred codebook's coordinates, of the point as it is stored there.
  private static double exactScore(CentredCodebook codebook, PointChunk points, int row, int code) {
    double product = 0;
    double divisor =
        codebook.metric() == Metric.COSINE
            ? Metric.norm(
                codebook.codewords().segment(),
                codebook.codewords().rowOffsetBytes(code),
                codebook.dim())
            : 1;
    for (int i = 0; i < codebook.dim(); i++) {
      float x = points.rows()[points.start(row) + i];
      double c =
          (codebook.codewords().get(code, i) / divisor - codebook.mean()[i]) * codebook.scale();
      product += x * c;
    }
    return codebook.constant(code) - product;
  }

  /// Were the windows wrong or useless, nobody would notice on easy data; with windows of zero the
  /// same search must fail on hard data.
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"NEAR_TIES", "INTEGER_TIES"})
  void withoutItsWindowTheSearchIsWrong(Kind kind) {
    Case input = new Case(kind, Metric.L2, 400, 900, 40, 3);
    int[] expected = definition(input);
    for (int depth : new int[] {0, 12}) {
      assertThat(screened(input, depth, 1)).isEqualTo(expected);
      assertThat(screened(input, depth, 0)).isNotEqualTo(expected);
    }
  }

  @Test
  void oneHugeCodewordLeavesTheOthersInFloat32() {
    SampleVectors vectors = SampleVectors.of(Kind.ONE_HUGE_CODEWORD, 100, 500, 32, 9);
    CentredCodebook codebook =
        new CentredCodebook(new NearestOperand(vectors.codewords(), Metric.L2));
    assertThat(codebook.outliers()).hasSize(1);
    double typical = codebook.norm(codebook.outliers()[0] == 0 ? 1 : 0);
    assertThat(typical).isBetween(0.25, 8.0);
  }

  @Test
  void structuredDataKeepTheProjectedScreen() {
    SampleVectors vectors = SampleVectors.of(Kind.CLUSTERED, 2000, 1000, 64, 5);
    try (FlatSearch search = new FlatSearch(new NearestOperand(vectors.codewords(), Metric.L2))) {
      search.prepare(Integer.MAX_VALUE);
      search(search, vectors.points(), NearestOptions.SINGLE, null);
      assertThat(search.describe()).contains("principal axes").doesNotContain("others");
    }
  }

  @Test
  void dataWithoutStructureFallBackToTheDenseScreen() {
    SampleVectors vectors = SampleVectors.of(Kind.RANDOM, 5000, 1000, 64, 5);
    try (FlatSearch search = new FlatSearch(new NearestOperand(vectors.codewords(), Metric.L2))) {
      search.prepare(Integer.MAX_VALUE);
      search(search, vectors.points(), NearestOptions.SINGLE, null);
      assertThat(search.describe()).containsPattern("for [0-3] % of the rows");
    }
  }

  private static Screen screen(FlatCodebook codebook, int depth) {
    if (depth == 0) {
      return codebook.dense();
    }
    codebook.prepareProjected(depth);
    codebook.chooseDepth(depth);
    Screen projected = codebook.projected();
    return projected == null ? codebook.dense() : projected;
  }

  private static int[] ascending(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }

  /// The ids by one screen, the dense one where all codewords are the same; depth 0 is the dense
  /// one.
  private static int[] screened(Case input, int depth, double windowFactor) {
    SampleVectors vectors = input.vectors();
    NearestOperand operand = new NearestOperand(vectors.codewords(), input.metric);
    int[] ids = new int[input.n];
    try (FlatCodebook codebook = new FlatCodebook(operand, windowFactor)) {
      Screen screen = screen(codebook, depth);
      ScreenedChunk chunk = new ScreenedChunk(codebook);
      NearestOne one = new NearestOne(codebook, chunk, new NearestCodes(operand));
      int rows = ScreenedChunk.capacity(input.codes);
      for (int from = 0; from < input.n; from += rows) {
        int count = Math.min(rows, input.n - from);
        chunk.load(screen, vectors.points(), from, ascending(count), count);
        chunk.screen();
        one.search(screen, vectors.points(), from, TokenIds.of(ids), null, Long.MAX_VALUE);
      }
    }
    return ids;
  }

  private static int[] definition(Case input) {
    SampleVectors vectors = input.vectors();
    return search(
        new DefinitionSearch(new NearestOperand(vectors.codewords(), input.metric)),
        vectors.points(),
        NearestOptions.SINGLE,
        null);
  }

  private static int[] search(
      Search search, FloatMatrix points, NearestOptions options, double @Nullable [] distances) {
    int n = Math.toIntExact(points.rows());
    int[] ids = new int[n * options.neighbours()];
    Search.Scratch scratch = search.newScratch();
    for (int from = 0; from < n; from += search.chunkRows()) {
      search.search(
          scratch,
          points,
          from,
          Math.min(n, from + search.chunkRows()),
          options,
          TokenIds.of(ids, n, options.neighbours()),
          distances == null ? null : DoubleMatrix.of(distances, n, options.neighbours()));
    }
    return ids;
  }
}
