package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrunedSearchTest {
  private static final int MANY_ROWS = 1 << 30;

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

  static List<Case> everyKind() {
    List<Case> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      cases.add(new Case(kind, 150, 2048, 20, 1));
      cases.add(new Case(kind, 130, 4133, 33, 2));
      cases.add(new Case(kind, 129, 2817, 100, 3));
    }
    return cases;
  }

  /// A codebook with a tree over it.
  private static final class Prepared implements AutoCloseable {
    final FlatSearch flat;
    final FlatCodebook codebook;
    final PrincipalTree tree;

    Prepared(SampleVectors vectors, double factor) {
      flat = new FlatSearch(new NearestOperand(vectors.codewords(), Metric.L2), factor);
      codebook = flat.codebook();
      codebook.prepareProjected(ScreenChoice.FIRST_DEPTH);
      PrincipalCoordinates principal = codebook.principal();
      assertThat(principal).isNotNull();
      tree = new PrincipalTree(codebook.arena(), codebook.centred(), principal, factor);
    }

    /// Whether the chunk was not given up.
    boolean search(FloatMatrix x, int[] ids, double @Nullable [] distances) {
      int n = ids.length;
      PrunedChunk chunk = new PrunedChunk(codebook, tree, Math.ceilDiv(n, 64) * 64);
      DoubleMatrix target = distances == null ? null : DoubleMatrix.of(distances, n, 1);
      return chunk.search(x, 0, n, TokenIds.of(ids), target);
    }

    @Override
    public void close() {
      flat.close();
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void idsAndDistancesAreThoseOfTheDefinition(Case input) {
    SampleVectors vectors = input.vectors();
    int[] ids = new int[input.n];
    int[] idsAlone = new int[input.n];
    double[] distances = new double[input.n];
    boolean done;
    try (Prepared prepared = new Prepared(vectors, 1)) {
      done = prepared.search(vectors.points(), ids, distances);
      assertThat(prepared.search(vectors.points(), idsAlone, null)).isEqualTo(done);
    }
    for (int row = 0; row < input.n && done; row++) {
      int expected = definition(vectors, row);
      if (ids[row] != expected
          || idsAlone[row] != expected
          || distances[row] != score(vectors, row, expected)) {
        throw new AssertionError(
            "%s row %d: expected %d at %s, found %d at %s, and %d"
                .formatted(
                    input,
                    row,
                    expected,
                    score(vectors, row, expected),
                    ids[row],
                    distances[row],
                    idsAlone[row]));
      }
    }
  }

  /// The search decides for itself whether the tree serves.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theSearchIsExactWhateverItChooses(Kind kind) {
    Case input = new Case(kind, 200, 2100, 24, 4);
    SampleVectors vectors = input.vectors();
    FlatSearch flat = new FlatSearch(new NearestOperand(vectors.codewords(), Metric.L2));
    try (PrunedSearch search = new PrunedSearch(flat)) {
      Search.Scratch scratch = search.newScratch();
      for (int round = 0; round < 3; round++) {
        search.prepare(MANY_ROWS);
        int[] ids = new int[input.n];
        search.search(
            scratch, vectors.points(), 0, input.n, NearestOptions.SINGLE, TokenIds.of(ids), null);
        for (int row = 0; row < input.n; row++) {
          assertThat(ids[row])
              .as("%s row %d round %d", input, row, round)
              .isEqualTo(definition(vectors, row));
        }
      }
    }
  }

  /// Else its code, never compiled, would make objects of its vectors now and then for ever.
  @Test
  void aTreeThatNeverPaysIsGivenUp() {
    SampleVectors vectors = SampleVectors.of(Kind.RANDOM, 128, 2048, 20, 11);
    FlatSearch flat = new FlatSearch(new NearestOperand(vectors.codewords(), Metric.L2));
    try (PrunedSearch search = new PrunedSearch(flat)) {
      search.prepare(MANY_ROWS);
      Search.Scratch scratch = search.newScratch();
      TokenIds ids = TokenIds.allocate(128);
      search.search(scratch, vectors.points(), 0, 128, NearestOptions.SINGLE, ids, null);
      assertThat(search.isAbandoned()).as("after the first trial, seed 11").isFalse();
      for (int chunk = 0; chunk < 50_000 && !search.isAbandoned(); chunk++) {
        search.search(scratch, vectors.points(), 0, 128, NearestOptions.SINGLE, ids, null);
      }
      assertThat(search.isAbandoned()).as("seed 11").isTrue();
    }
  }

  @Test
  void rowsThatAreNotFiniteHaveNoNearestCodeword() {
    SampleVectors vectors = ofLowRank(140, 2100, 24, 5);
    vectors.points().set(3, 7, Float.NaN);
    vectors.points().set(139, 23, Float.NEGATIVE_INFINITY);
    int[] ids = new int[140];
    try (Prepared prepared = new Prepared(vectors, 1)) {
      assertThat(prepared.search(vectors.points(), ids, null)).isTrue();
    }
    for (int row = 0; row < ids.length; row++) {
      int expected = row == 3 || row == 139 ? -1 : definition(vectors, row);
      assertThat(ids[row]).as("row %d, seed 5", row).isEqualTo(expected);
    }
  }

  /// Codewords come in pairs, one a unit in the last place nearer in one coordinate and farther in
  /// another: float32 ranks many of them the wrong way round.
  @Test
  void aSearchWithoutWindowsGivesWrongIds() {
    SampleVectors vectors = ofLowRank(500, 2100, 24, 6);
    FloatMatrix codewords = vectors.codewords();
    for (int code = 1; code < 2100; code += 2) {
      for (int k = 0; k < 24; k++) {
        codewords.set(code, k, codewords.get(code - 1, k));
      }
      codewords.set(code, 0, Math.nextUp(codewords.get(code, 0)));
      codewords.set(code, 1, Math.nextDown(codewords.get(code, 1)));
    }
    assertThat(wrong(vectors, 0)).as("no windows, seed 6").isPositive();
    assertThat(wrong(vectors, 1)).as("seed 6").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 31, 64, 200})
  void mostCodewordsAreExcludedWhereFewDirectionsMatter(int dim) {
    SampleVectors vectors = ofLowRank(256, 5000, dim, 7);
    assertThat(wrong(vectors, 1)).as("d=%d, seed 7", dim).isZero();
  }

  /// Vectors of rank 6, and a little noise.
  private static SampleVectors ofLowRank(int n, int codes, int dim, long seed) {
    Random random = new Random(seed);
    float[] directions = new float[6 * dim];
    for (int i = 0; i < directions.length; i++) {
      directions[i] = (float) random.nextGaussian();
    }
    return new SampleVectors(
        ofLowRank(directions, n, dim, random), ofLowRank(directions, codes, dim, random));
  }

  private static FloatMatrix ofLowRank(float[] directions, int rows, int dim, Random random) {
    float[] values = new float[rows * dim];
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < directions.length / dim; r++) {
        float factor = (float) random.nextGaussian();
        for (int k = 0; k < dim; k++) {
          values[row * dim + k] += factor * directions[r * dim + k];
        }
      }
      for (int k = 0; k < dim; k++) {
        values[row * dim + k] += 0.01f * (float) random.nextGaussian();
      }
    }
    return FloatMatrix.of(values, rows, dim);
  }

  private static int wrong(SampleVectors vectors, double factor) {
    int[] ids = new int[(int) vectors.points().rows()];
    try (Prepared prepared = new Prepared(vectors, factor)) {
      assertThat(prepared.search(vectors.points(), ids, null)).isTrue();
    }
    int wrong = 0;
    for (int row = 0; row < ids.length; row++) {
      wrong += ids[row] == definition(vectors, row) ? 0 : 1;
    }
    return wrong;
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
}
