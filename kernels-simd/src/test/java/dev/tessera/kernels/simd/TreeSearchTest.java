package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeSearchTest {
  /// One input.
  record Case(Kind kind, int n, int codes, int dim, long seed) {
    SampleVectors vectors() {
      return SampleVectors.of(kind, n, codes, dim, seed);
    }

    @Override
    public String toString() {
      return "%s n=%d K=%d d=%d seed=%d".formatted(kind, n, codes, dim, seed);
    }
  }

  static List<Case> everyKindInEveryDimension() {
    int[] codes = {300, 700, 1100};
    List<Case> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int dim = 1; dim <= TreeTile.MOST_DIMENSIONS; dim++) {
        cases.add(new Case(kind, 150, codes[dim % 3], dim, 10 + dim));
      }
    }
    return cases;
  }

  static List<Case> everySizeOfTree() {
    List<Case> cases = new ArrayList<>();
    for (int codes = 1; codes <= 40; codes++) {
      cases.add(new Case(Kind.RANDOM, 70, codes, 1 + codes % 5, codes));
    }
    for (int power : new int[] {256, 512, 4096, 8192}) {
      for (int codes = power - 1; codes <= power + 1; codes++) {
        cases.add(new Case(Kind.CLUSTERED, 40, codes, 4, codes));
        cases.add(new Case(Kind.DUPLICATES, 20, codes, 7, codes));
      }
    }
    cases.add(new Case(Kind.RANDOM, 40, 65_536 + 17, 3, 1));
    cases.add(new Case(Kind.RANDOM, 10, 140_000, 2, 2));
    return cases;
  }

  @Test
  void theWidthIsTheOneAskedFor() {
    int asked = Integer.getInteger("tessera.test.vectorBits");
    assertThat(TreeTile.LANES * Float.SIZE)
        .isEqualTo(Math.min(asked, FloatVector.SPECIES_PREFERRED.vectorBitSize()));
    assertThat(TreeTile.LANES * TreeTile.VECTORS).isEqualTo(BlockTree.FANOUT);
  }

  @ParameterizedTest
  @MethodSource("everyKindInEveryDimension")
  void idsAndDistancesAreThoseOfTheDefinition(Case input) {
    check(input);
  }

  @ParameterizedTest
  @MethodSource("everySizeOfTree")
  void everySizeOfTreeIsExact(Case input) {
    check(input);
  }

  private static void check(Case input) {
    SampleVectors vectors = input.vectors();
    try (TreeSearch search = new TreeSearch(vectors.codewords())) {
      int[] ids = new int[input.n];
      double[] distances = new double[input.n];
      search.search(
          search.newScratch(),
          vectors.points(),
          0,
          input.n,
          NearestOptions.SINGLE,
          TokenIds.of(ids),
          DoubleMatrix.of(distances, input.n, 1));
      for (int row = 0; row < input.n; row++) {
        int expected = definition(vectors, row);
        double distance = score(vectors, row, expected);
        if (ids[row] != expected || distances[row] != distance) {
          throw new AssertionError(
              "%s row %d: expected %d at %s, found %d at %s"
                  .formatted(input, row, expected, distance, ids[row], distances[row]));
        }
      }
    }
  }

  private static int definition(SampleVectors vectors, int row) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < vectors.codewords().rows(); code++) {
      double score = score(vectors, row, code);
      if (score < least) {
        least = score;
        best = code;
      }
    }
    return best;
  }

  private static double score(SampleVectors vectors, int row, int code) {
    FloatMatrix points = vectors.points();
    FloatMatrix codewords = vectors.codewords();
    return Metric.L2.score(
        points.segment(),
        points.rowOffsetBytes(row),
        codewords.segment(),
        codewords.rowOffsetBytes(code),
        points.columns());
  }

  /// The ids that a search with another threshold gives, and how many differ from the definition's.
  private static int wrong(SampleVectors vectors, float window, float floor) {
    int n = (int) vectors.points().rows();
    int[] ids = new int[n];
    try (TreeSearch search = new TreeSearch(vectors.codewords(), window, floor)) {
      search.search(
          search.newScratch(),
          vectors.points(),
          0,
          n,
          NearestOptions.SINGLE,
          TokenIds.of(ids),
          null);
    }
    int wrong = 0;
    for (int row = 0; row < n; row++) {
      wrong += ids[row] == definition(vectors, row) ? 0 : 1;
    }
    return wrong;
  }

  /// Points far from codewords that come in pairs: one is a unit in the last place nearer in one
  /// coordinate and farther in another. Float32 often ranks the two the wrong way round.
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 16})
  void aThresholdWithoutSlackGivesWrongIds(int dim) {
    SampleVectors vectors = new Case(Kind.RANDOM, 2000, 400, dim, 3).vectors();
    FloatMatrix codewords = vectors.codewords();
    for (int code = 1; code < 400; code += 2) {
      for (int k = 0; k < dim; k++) {
        codewords.set(code, k, codewords.get(code - 1, k));
      }
      codewords.set(code, 0, Math.nextUp(codewords.get(code, 0)));
      codewords.set(code, 1, Math.nextDown(codewords.get(code, 1)));
    }
    SampleVectors far = new SampleVectors(scaled(vectors.points(), 30), codewords);
    assertThat(wrong(far, 1, 0)).as("window 1, d=%d, seed 3", dim).isPositive();
    int depth = TreeTile.depthFor(dim);
    assertThat(wrong(far, TreeSearch.window(depth), TreeSearch.FLOOR)).isZero();
  }

  @Test
  void aThresholdWithoutFloorGivesWrongIdsWhereSquaresUnderflow() {
    SampleVectors vectors = new Case(Kind.RANDOM, 500, 400, 4, 4).vectors();
    SampleVectors tiny =
        new SampleVectors(scaled(vectors.points(), 1e-22f), scaled(vectors.codewords(), 1e-22f));
    assertThat(wrong(tiny, TreeSearch.window(4), 0)).as("floor 0, seed 4").isPositive();
    assertThat(wrong(tiny, TreeSearch.window(4), TreeSearch.FLOOR)).isZero();
  }

  private static FloatMatrix scaled(FloatMatrix matrix, float factor) {
    float[] values = matrix.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return FloatMatrix.of(values, (int) matrix.rows(), matrix.columns());
  }

  @Test
  void rowsThatAreNotFiniteHaveNoNearestCodeword() {
    int n = 200;
    SampleVectors vectors = new Case(Kind.RANDOM, n, 100, 3, 5).vectors();
    Random random = new Random(5);
    float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    boolean[] broken = new boolean[n];
    for (int row = 60; row < 130; row += 1 + random.nextInt(3)) {
      vectors.points().set(row, random.nextInt(3), bad[random.nextInt(3)]);
      broken[row] = true;
    }
    TokenIds ids = TokenIds.allocate(n);
    DoubleMatrix distances = DoubleMatrix.of(new double[n], n, 1);
    try (TreeSearch search = new TreeSearch(vectors.codewords())) {
      search.search(
          search.newScratch(), vectors.points(), 0, n, NearestOptions.SINGLE, ids, distances);
    }
    for (int row = 0; row < n; row++) {
      int expected = broken[row] ? -1 : definition(vectors, row);
      assertThat(ids.get(row)).as("row %d", row).isEqualTo(expected);
      assertThat(Double.isNaN(distances.get(row, 0))).as("row %d", row).isEqualTo(broken[row]);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"RANDOM", "INTEGER_TIES"})
  void rowsMayBeStridedAndUnaligned(Kind kind) {
    int n = 150;
    Case input = new Case(kind, n, 500, 4, 6);
    SampleVectors vectors = input.vectors();
    byte[] memory = new byte[n * 7 * Float.BYTES + 3];
    MemorySegment odd = MemorySegment.ofArray(memory).asSlice(3);
    FloatMatrix strided = FloatMatrix.of(odd, n, 4, 7);
    for (int row = 0; row < n; row++) {
      for (int k = 0; k < 4; k++) {
        strided.set(row, k, vectors.points().get(row, k));
      }
    }
    TokenIds ids = TokenIds.of(MemorySegment.ofArray(new int[n * 3]), n, 1, 3);
    try (TreeSearch search = new TreeSearch(vectors.codewords())) {
      TreeScratch scratch = search.newScratch();
      search.search(scratch, strided, 70, n, NearestOptions.SINGLE, ids, null);
      search.search(scratch, strided, 0, 70, NearestOptions.SINGLE, ids, null);
    }
    for (int row = 0; row < n; row++) {
      assertThat(ids.get(row)).as("%s row %d", input, row).isEqualTo(definition(vectors, row));
    }
  }

  @Test
  void theModelledCostFollowsWhatIsVisited() {
    double clustered = modelled(new Case(Kind.CLUSTERED, 300, 2000, 12, 7));
    double random = modelled(new Case(Kind.RANDOM, 300, 2000, 12, 7));
    assertThat(clustered).isPositive();
    assertThat(random).as("seed 7").isGreaterThan(2 * clustered);
  }

  private static double modelled(Case input) {
    SampleVectors vectors = input.vectors();
    try (TreeSearch search = new TreeSearch(vectors.codewords())) {
      TreeScratch scratch = search.newScratch();
      assertThat(search.nanosPerRow(scratch)).isNaN();
      search.search(
          scratch,
          vectors.points(),
          0,
          input.n,
          NearestOptions.SINGLE,
          TokenIds.allocate(input.n),
          null);
      return search.nanosPerRow(scratch);
    }
  }
}
