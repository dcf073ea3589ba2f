package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuidedSearchTest {
  /// What a search found, and how many rows its guesses did not settle.
  private record Found(int[] ids, double[] distances, long left) {}

  private static Found search(
      SampleVectors vectors, int[] guesses, double windowFactor, double reachFactor) {
    int n = guesses.length;
    FlatSearch flat =
        new FlatSearch(new NearestOperand(vectors.codewords(), Metric.L2), windowFactor);
    try (WorkerPool pool = new WorkerPool("guided", 2);
        flat;
        GuidedSearch search = new GuidedSearch(flat.codebook(), flat, pool, reachFactor)) {
      search.prepare(n);
      Search.Scratch scratch = search.newScratch();
      NearestOptions options = NearestOptions.near(TokenIds.of(guesses));
      TokenIds ids = TokenIds.allocate(n);
      TokenIds idsAlone = TokenIds.allocate(n);
      DoubleMatrix distances = DoubleMatrix.allocate(n, 1);
      for (int from = 0; from < n; from += search.chunkRows()) {
        int to = Math.min(n, from + search.chunkRows());
        search.search(scratch, vectors.points(), from, to, options, idsAlone, null);
      }
      long left = search.leftRows();
      for (int from = 0; from < n; from += search.chunkRows()) {
        int to = Math.min(n, from + search.chunkRows());
        search.search(scratch, vectors.points(), from, to, options, ids, distances);
      }
      assertThat(ids.toArray()).isEqualTo(idsAlone.toArray());
      return new Found(ids.toArray(), distances.toArray(), left);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void idsAndDistancesAreThoseOfTheDefinition(Kind kind) {
    SampleVectors vectors = SampleVectors.of(kind, 900, 400, 40, 21);
    Random random = new Random(21);
    int[] guesses = new int[900];
    for (int row = 0; row < guesses.length; row++) {
      guesses[row] = row % 3 == 0 ? random.nextInt(-1, 401) : definition(vectors, row);
    }
    Found found = search(vectors, guesses, 1, 1);
    for (int row = 0; row < guesses.length; row++) {
      int expected = definition(vectors, row);
      assertThat(found.ids[row]).as("%s row %d seed 21", kind, row).isEqualTo(expected);
      assertThat(found.distances[row])
          .as("%s row %d seed 21", kind, row)
          .isEqualTo(score(vectors, row, expected));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 33, 128, 300})
  void goodGuessesSettleMostRows(int dim) {
    SampleVectors vectors = inBlobs(1000, 300, dim, 22);
    int[] guesses = new int[1000];
    for (int row = 0; row < guesses.length; row++) {
      guesses[row] = definition(vectors, row);
    }
    Found found = search(vectors, guesses, 1, 1);
    assertThat(found.ids).isEqualTo(guesses);
    assertThat(found.left).as("d=%d, seed 22", dim).isLessThan(100);
  }

  /// Guesses are other codewords of the same blob, so that the winner is at a distance from them.
  @Test
  void aShorterReachGivesWrongIds() {
    SampleVectors vectors = inBlobs(1000, 300, 24, 23);
    int[] guesses = new int[1000];
    for (int row = 0; row < guesses.length; row++) {
      guesses[row] = (definition(vectors, row) + 60) % 300;
    }
    assertThat(wrong(vectors, search(vectors, guesses, 1, 0.4))).as("0.4, seed 23").isPositive();
    assertThat(wrong(vectors, search(vectors, guesses, 1, 1))).as("1, seed 23").isZero();
  }

  /// Codewords come in pairs that float32 ranks the wrong way round for many points.
  @Test
  void aSearchWithoutWindowsGivesWrongIds() {
    SampleVectors vectors = inBlobs(1000, 300, 24, 24);
    FloatMatrix codewords = vectors.codewords();
    for (int code = 1; code < 300; code += 2) {
      for (int k = 0; k < 24; k++) {
        codewords.set(code, k, codewords.get(code - 1, k));
      }
      codewords.set(code, 0, Math.nextUp(codewords.get(code, 0)));
      codewords.set(code, 1, Math.nextDown(codewords.get(code, 1)));
    }
    int[] guesses = new int[1000];
    for (int row = 0; row < guesses.length; row++) {
      guesses[row] = definition(vectors, row) ^ 1;
    }
    assertThat(wrong(vectors, search(vectors, guesses, 0, 1))).as("0, seed 24").isPositive();
    assertThat(wrong(vectors, search(vectors, guesses, 1, 1))).as("1, seed 24").isZero();
  }

  @Test
  void guessesWithoutUseAreGivenUp() {
    SampleVectors vectors = SampleVectors.of(Kind.RANDOM, 4000, 300, 64, 25);
    Found found = search(vectors, new int[4000], 1, 1);
    assertThat(wrong(vectors, found)).as("seed 25").isZero();
    assertThat(found.left).as("rows of the first chunk alone, seed 25").isBetween(500L, 1024L);
  }

  /// Codewords in blobs of five, points in the same blobs: blob b has the codewords b, b + blobs, b
  /// + 2 blobs and so on.
  private static SampleVectors inBlobs(int n, int codes, int dim, long seed) {
    Random random = new Random(seed);
    int blobs = codes / 5;
    float[] centres = new float[blobs * dim];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = 4 * (float) random.nextGaussian();
    }
    return new SampleVectors(around(centres, n, dim, random), around(centres, codes, dim, random));
  }

  private static FloatMatrix around(float[] centres, int rows, int dim, Random random) {
    int blobs = centres.length / dim;
    float[] values = new float[rows * dim];
    for (int i = 0; i < values.length; i++) {
      values[i] = centres[i / dim % blobs * dim + i % dim] + (float) random.nextGaussian();
    }
    return FloatMatrix.of(values, rows, dim);
  }

  private static int wrong(SampleVectors vectors, Found found) {
    int wrong = 0;
    for (int row = 0; row < found.ids.length; row++) {
      wrong += found.ids[row] == definition(vectors, row) ? 0 : 1;
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
