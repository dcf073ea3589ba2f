package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backend's nearest-codeword kernel must do: the ids and scores of the definition,
/// computed here by an independent search over [Metric#score], on every kind of input, every tail,
/// every number of threads. Subclasses name the backend, and each test asserts that it is the one
/// that ran.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class NearestContract {
  private static final int[] SMALL_SIZES = {1, 2, 3, 5, 15, 16, 17, 33, 63, 64, 65, 100, 257};

  private final String backend;

  /// @param backend the name of the backend under test
  protected NearestContract(String backend) {
    this.backend = backend;
  }

  /// Opens the backend under test, as found; a subclass may open it otherwise.
  protected Backends open(BackendOptions options) {
    return Backends.open(backend, options);
  }

  /// One input.
  record Case(Kind kind, Metric metric, int n, int codes, int dim, int threads, long seed) {
    @Override
    public String toString() {
      return "%s %s n=%d K=%d d=%d threads=%d seed=%d"
          .formatted(kind, metric, n, codes, dim, threads, seed);
    }
  }

  List<Case> everyKindAndMetric() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {{1500, 700, 4}, {700, 513, 32}, {300, 1100, 100}};
    int[] threads = {1, 2, 7};
    for (Kind kind : Kind.values()) {
      for (Metric metric : Metric.values()) {
        for (int i = 0; i < shapes.length; i++) {
          cases.add(
              new Case(
                  kind, metric, shapes[i][0], shapes[i][1], shapes[i][2], threads[i], 100 + i));
        }
      }
    }
    return cases;
  }

  List<Case> everyTail() {
    List<Case> cases = new ArrayList<>();
    Random random = new Random(7);
    for (int size : SMALL_SIZES) {
      for (Metric metric : Metric.values()) {
        cases.add(new Case(Kind.RANDOM, metric, size, pick(random), pick(random), 2, size));
        cases.add(new Case(Kind.DUPLICATES, metric, pick(random), size, pick(random), 1, size));
        cases.add(new Case(Kind.CLUSTERED, metric, pick(random), pick(random), size, 1, size));
      }
    }
    for (int dim = 1; dim <= 20; dim++) {
      cases.add(new Case(Kind.CLUSTERED, Metric.L2, 400, 300 + dim, dim, 2, dim));
    }
    return cases;
  }

  private static int pick(Random random) {
    return SMALL_SIZES[random.nextInt(SMALL_SIZES.length)];
  }

  @ParameterizedTest
  @MethodSource("everyKindAndMetric")
  void idsAndScoresAreThoseOfTheDefinition(Case input) {
    check(input, null, 1);
  }

  @ParameterizedTest
  @MethodSource("everyTail")
  void everyTailIsExact(Case input) {
    check(input, null, 1);
  }

  @ParameterizedTest
  @MethodSource("everyKindAndMetric")
  void theNearestFiveAreInOrder(Case input) {
    check(smaller(input), null, 5);
  }

  @ParameterizedTest
  @MethodSource("everyKindAndMetric")
  void rangesAreHeld(Case input) {
    Case small = smaller(input);
    Random random = new Random(small.seed);
    int[] lows = new int[small.n];
    int[] highs = new int[small.n];
    int[] edges = {0, small.codes / 3, small.codes / 3 + 1, small.codes - 1, small.codes};
    for (int row = 0; row < small.n; row++) {
      boolean fromTable = row % 3 != 0;
      int low = fromTable ? edges[random.nextInt(4)] : random.nextInt(small.codes);
      int width = small.codes - low;
      lows[row] = low;
      highs[row] = fromTable ? small.codes - row % width : low + 1 + random.nextInt(width);
    }
    check(small, CodeRanges.of(lows, highs), 1);
    check(small, CodeRanges.of(lows, highs), 3);
  }

  List<Case> manyRowsOfEveryKind() {
    List<Case> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      cases.add(new Case(kind, Metric.L2, 1500, 150, 24, 2, 300));
      cases.add(new Case(kind, Metric.L2, 2300, 257, 65, 1, 301));
      cases.add(new Case(kind, Metric.L2, 1100, 130, 3, 1, 302));
    }
    cases.add(new Case(Kind.CLUSTERED, Metric.DOT, 1500, 150, 24, 2, 303));
    cases.add(new Case(Kind.CLUSTERED, Metric.COSINE, 1500, 150, 24, 2, 304));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("manyRowsOfEveryKind")
  void guessesChangeNothing(Case input) {
    SampleVectors data = SampleVectors.of(input.kind, input.n, input.codes, input.dim, input.seed);
    NearestOperand operand = new NearestOperand(data.codewords(), input.metric);
    Random random = new Random(input.seed);
    int[] expected = new int[input.n];
    double[] scores = new double[input.n];
    int[] guesses = new int[input.n];
    for (int row = 0; row < input.n; row++) {
      Scored best = definition(data, input.metric, row, null, 1).getFirst();
      expected[row] = best.code;
      scores[row] = best.score;
      guesses[row] =
          switch (row % 8) {
            case 0 -> -1;
            case 1 -> random.nextInt(input.codes);
            case 2 -> input.codes + random.nextInt(9);
            default -> best.code;
          };
    }
    int[] ids = new int[input.n];
    double[] distances = new double[input.n];
    run(
        input.threads,
        operand,
        kernel -> {
          kernel.nearest(
              data.points(),
              NearestOptions.near(TokenIds.of(guesses)),
              TokenIds.of(ids),
              DoubleMatrix.of(distances, input.n, 1));
          TokenIds same = TokenIds.of(guesses);
          kernel.nearest(data.points(), NearestOptions.near(same), same, null);
        });
    for (int row = 0; row < input.n; row++) {
      if (ids[row] != expected[row]
          || guesses[row] != expected[row]
          || Double.compare(distances[row], scores[row]) != 0) {
        throw new AssertionError(
            "%s row %d: expected %d with score %s, found id %d with score %s, and id %d in place"
                .formatted(
                    input,
                    row,
                    expected[row],
                    scores[row],
                    ids[row],
                    distances[row],
                    guesses[row]));
      }
    }
  }

  private static Case smaller(Case input) {
    return new Case(
        input.kind,
        input.metric,
        input.n / 5,
        input.codes / 2,
        input.dim,
        input.threads,
        input.seed + 1000);
  }

  private void check(Case input, @Nullable CodeRanges ranges, int neighbours) {
    SampleVectors data = SampleVectors.of(input.kind, input.n, input.codes, input.dim, input.seed);
    NearestOperand operand = new NearestOperand(data.codewords(), input.metric);
    NearestOptions options = new NearestOptions(Math.min(neighbours, input.codes), ranges);
    int k = options.neighbours();
    int[] ids = new int[input.n * k];
    double[] distances = new double[input.n * k];
    int[] idsAlone = new int[input.n * k];
    run(
        input.threads,
        operand,
        kernel -> {
          kernel.nearest(
              data.points(),
              options,
              TokenIds.of(ids, input.n, k),
              DoubleMatrix.of(distances, input.n, k));
          kernel.nearest(data.points(), options, TokenIds.of(idsAlone, input.n, k), null);
        });
    for (int row = 0; row < input.n; row++) {
      List<Scored> expected = definition(data, input.metric, row, ranges, k);
      for (int place = 0; place < k; place++) {
        Scored best = expected.get(place);
        int at = row * k + place;
        if (ids[at] != best.code
            || idsAlone[at] != best.code
            || Double.valueOf(distances[at]).compareTo(best.score) != 0) {
          throw new AssertionError(
              "%s row %d place %d: expected %s, found id %d with score %s, and id %d without scores"
                  .formatted(input, row, place, best, ids[at], distances[at], idsAlone[at]));
        }
      }
    }
  }

  /// A code with its score.
  private record Scored(int code, double score) {}

  private static List<Scored> definition(
      SampleVectors data, Metric metric, int row, @Nullable CodeRanges ranges, int k) {
    FloatMatrix points = data.points();
    FloatMatrix codewords = data.codewords();
    int low = ranges == null ? 0 : ranges.low(row);
    int high = ranges == null ? (int) codewords.rows() : ranges.high(row);
    double[] scores = new double[high - low];
    for (int code = low; code < high; code++) {
      scores[code - low] =
          metric.score(
              points.segment(),
              points.rowOffsetBytes(row),
              codewords.segment(),
              codewords.rowOffsetBytes(code),
              points.columns());
    }
    List<Scored> best = new ArrayList<>();
    while (best.size() < Math.min(k, scores.length)) {
      int winner = -1;
      for (int i = 0; i < scores.length; i++) {
        if (!Double.isNaN(scores[i])
            && (winner < 0 || metric.isBetter(scores[i], scores[winner]))) {
          winner = i;
        }
      }
      best.add(new Scored(low + winner, scores[winner]));
      scores[winner] = Double.NaN; // taken
    }
    best.addAll(Collections.nCopies(k - best.size(), new Scored(-1, Double.NaN)));
    return best;
  }

  /// A use of a kernel.
  private interface Use {
    void with(NearestKernel kernel);
  }

  private void run(int threads, NearestOperand operand, Use use) {
    try (Backends backends = open(new BackendOptions(threads))) {
      assertThat(backends.serving()).hasSize(1);
      Backend opened = backends.serving().getFirst();
      assertThat(opened.name()).isEqualTo(backend);
      switch (opened.nearest(operand)) {
        case Offer.Accepted<NearestKernel>(NearestKernel kernel) -> {
          try (kernel) {
            use.with(kernel);
          }
        }
        case Offer.Declined<NearestKernel>(String reason) ->
            throw new AssertionError(backend + " declined: " + reason);
      }
    }
  }

  @Test
  void noRowsGiveNoIds() {
    FloatMatrix codewords = FloatMatrix.of(new float[] {1, 2}, 1, 2);
    run(
        2,
        new NearestOperand(codewords, Metric.L2),
        kernel ->
            kernel.nearest(
                FloatMatrix.of(new float[0], 0, 2),
                NearestOptions.SINGLE,
                TokenIds.of(new int[0]),
                null));
  }

  @Test
  void aRowWithNanOrInfinityHasNoCodeword() {
    int n = 777;
    SampleVectors data = SampleVectors.of(Kind.CLUSTERED, n, 300, 24, 5);
    float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (int row = 0; row < n; row += 5) {
      data.points().set(row, row % 24, bad[row % 3]);
    }
    for (Metric metric : Metric.values()) {
      int[] ids = new int[n];
      double[] distances = new double[n];
      run(
          2,
          new NearestOperand(data.codewords(), metric),
          kernel ->
              assertThat(
                      kernel.nearest(
                          data.points(),
                          NearestOptions.SINGLE,
                          TokenIds.of(ids),
                          DoubleMatrix.of(distances, n, 1)))
                  .as("ids may be missing")
                  .isTrue());
      for (int row = 0; row < n; row++) {
        if (row % 5 == 0) {
          assertThat(ids[row]).as("%s row %d", metric, row).isEqualTo(-1);
          assertThat(distances[row]).isNaN();
        } else {
          assertThat(ids[row])
              .as("%s row %d", metric, row)
              .isEqualTo(definition(data, metric, row, null, 1).getFirst().code());
        }
      }
    }
  }

  @Test
  void stridedAndUnalignedViewsAreRead() {
    SampleVectors data = SampleVectors.of(Kind.RANDOM, 90, 200, 12, 3);
    byte[] bytes = new byte[90 * 15 * Float.BYTES + 1];
    FloatMatrix strided =
        FloatMatrix.of(java.lang.foreign.MemorySegment.ofArray(bytes).asSlice(1), 90, 12, 15);
    for (int row = 0; row < 90; row++) {
      for (int i = 0; i < 12; i++) {
        strided.set(row, i, data.points().get(row, i));
      }
    }
    int[] ids = new int[90];
    run(
        1,
        new NearestOperand(data.codewords(), Metric.L2),
        kernel -> kernel.nearest(strided, NearestOptions.SINGLE, TokenIds.of(ids), null));
    for (int row = 0; row < 90; row++) {
      assertThat(ids[row]).isEqualTo(definition(data, Metric.L2, row, null, 1).getFirst().code());
    }
  }

  @Test
  void manyThreadsShareOneKernel() throws InterruptedException {
    SampleVectors data = SampleVectors.of(Kind.CLUSTERED, 500, 400, 16, 11);
    int[][] ids = new int[6][500];
    run(
        2,
        new NearestOperand(data.codewords(), Metric.L2),
        kernel -> {
          List<Thread> callers = new ArrayList<>();
          for (int[] target : ids) {
            callers.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          for (int repeat = 0; repeat < 5; repeat++) {
                            kernel.nearest(
                                data.points(), NearestOptions.SINGLE, TokenIds.of(target), null);
                          }
                        }));
          }
          for (Thread caller : callers) {
            try {
              caller.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    for (int row = 0; row < 500; row++) {
      int expected = definition(data, Metric.L2, row, null, 1).getFirst().code();
      for (int[] target : ids) {
        assertThat(target[row]).isEqualTo(expected);
      }
    }
  }

  @Test
  void anInterruptEndsTheCall() {
    SampleVectors data = SampleVectors.of(Kind.RANDOM, 4000, 600, 32, 13);
    run(
        2,
        new NearestOperand(data.codewords(), Metric.L2),
        kernel -> {
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(
                    () ->
                        kernel.nearest(
                            data.points(), NearestOptions.SINGLE, TokenIds.of(new int[4000]), null))
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
          int[] ids = new int[4000];
          kernel.nearest(data.points(), NearestOptions.SINGLE, TokenIds.of(ids), null);
          assertThat(ids[3999])
              .isEqualTo(definition(data, Metric.L2, 3999, null, 1).getFirst().code());
        });
  }

  @Test
  void aClosedBackendSaysSo() {
    SampleVectors data = SampleVectors.of(Kind.RANDOM, 10, 20, 3, 17);
    Backends backends = open(new BackendOptions(2));
    Offer<NearestKernel> offer =
        backends.serving().getFirst().nearest(new NearestOperand(data.codewords(), Metric.L2));
    backends.close();
    backends.close();
    assertThat(offer).isInstanceOf(Offer.Accepted.class);
    if (offer instanceof Offer.Accepted<NearestKernel>(NearestKernel kernel)) {
      assertThatThrownBy(
              () ->
                  kernel.nearest(
                      data.points(), NearestOptions.SINGLE, TokenIds.of(new int[10]), null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      kernel.close();
    }
  }
}
