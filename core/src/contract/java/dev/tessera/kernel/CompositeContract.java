package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backend's kernel for residual and multi-head codes must do: the ids of the
/// definition, computed here by an independent search, level by level or head by head. Subclasses
/// name the backend, and each test asserts that it is the one that ran.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CompositeContract {
  private final String backend;

  /// @param backend the name of the backend under test
  protected CompositeContract(String backend) {
    this.backend = backend;
  }

  /// Opens the backend under test, as found; a subclass may open it otherwise.
  protected Backends open(BackendOptions options) {
    return Backends.open(backend, options);
  }

  /// How codebooks are arranged.
  enum Arrangement {
    /// Levels that subtract what is stored.
    RESIDUAL,
    /// Levels that subtract normalised codewords.
    RESIDUAL_NORMALIZED,
    /// Levels that share one codebook.
    RESIDUAL_SHARED,
    /// Heads with a codebook each.
    HEADS,
    /// Heads that share one codebook.
    HEADS_SHARED
  }

  /// One input.
  record Case(
      Arrangement arrangement,
      Kind kind,
      Metric metric,
      int n,
      int codes,
      int dim,
      int parts,
      int threads,
      long seed) {
    @Override
    public String toString() {
      return "%s %s %s n=%d K=%d d=%d parts=%d threads=%d seed=%d"
          .formatted(arrangement, kind, metric, n, codes, dim, parts, threads, seed);
    }

    boolean isResidual() {
      return arrangement != Arrangement.HEADS && arrangement != Arrangement.HEADS_SHARED;
    }

    private boolean isShared() {
      return arrangement == Arrangement.RESIDUAL_SHARED || arrangement == Arrangement.HEADS_SHARED;
    }

    /// Points `[n x columns]`: of the kind for the first level or for each head.
    FloatMatrix points() {
      if (isResidual()) {
        return SampleVectors.of(kind, n, codes, dim, seed).points();
      }
      FloatMatrix points = FloatMatrix.allocate(n, parts * dim);
      for (int head = 0; head < parts; head++) {
        FloatMatrix part = SampleVectors.of(kind, n, codes, dim, seedOf(head)).points();
        for (int row = 0; row < n; row++) {
          for (int i = 0; i < dim; i++) {
            points.set(row, head * dim + i, part.get(row, i));
          }
        }
      }
      return points;
    }

    private long seedOf(int part) {
      return isShared() ? seed : seed + part;
    }

    CompositeOperand operand() {
      List<NearestOperand> codebooks = new ArrayList<>();
      List<FloatMatrix> subtracted = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        if (part > 0 && isShared()) {
          codebooks.add(codebooks.getFirst());
          subtracted.add(subtracted.getFirst());
          continue;
        }
        // Levels of different sizes, smaller and smaller: residuals shrink.
        int size = isResidual() ? Math.max(1, codes - 7 * part) : codes;
        FloatMatrix codewords = SampleVectors.of(kind, 1, size, dim, seedOf(part)).codewords();
        if (isResidual()) {
          scale(codewords, part);
        }
        codebooks.add(new NearestOperand(codewords, metric));
        subtracted.add(
            arrangement == Arrangement.RESIDUAL_NORMALIZED ? normalized(codewords) : codewords);
      }
      return isResidual()
          ? CompositeOperand.residual(codebooks, subtracted)
          : CompositeOperand.heads(codebooks);
    }

    private static void scale(FloatMatrix codewords, int level) {
      for (int code = 0; code < codewords.rows(); code++) {
        for (int i = 0; i < codewords.columns(); i++) {
          codewords.set(code, i, codewords.get(code, i) / (1 << level));
        }
      }
    }

    private static FloatMatrix normalized(FloatMatrix codewords) {
      FloatMatrix unit = FloatMatrix.allocate(codewords.rows(), codewords.columns());
      for (int code = 0; code < codewords.rows(); code++) {
        double norm =
            Metric.norm(codewords.segment(), codewords.rowOffsetBytes(code), codewords.columns());
        for (int i = 0; i < codewords.columns(); i++) {
          unit.set(code, i, (float) (codewords.get(code, i) / norm));
        }
      }
      return unit;
    }
  }

  List<Case> everyKindArrangementAndMetric() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {{400, 120, 4, 3}, {200, 70, 32, 2}, {100, 90, 100, 3}};
    int[] threads = {1, 2, 5};
    for (Kind kind : Kind.values()) {
      for (Arrangement arrangement : List.of(Arrangement.RESIDUAL, Arrangement.HEADS)) {
        int i = (kind.ordinal() + arrangement.ordinal()) % shapes.length;
        int[] shape = shapes[i];
        Metric metric = Metric.values()[(kind.ordinal() + 2 * arrangement.ordinal()) % 3];
        cases.add(
            new Case(
                arrangement,
                kind,
                metric,
                shape[0],
                shape[1],
                shape[2],
                shape[3],
                threads[i],
                500 + i));
      }
    }
    for (Arrangement arrangement : Arrangement.values()) {
      for (Metric metric : Metric.values()) {
        cases.add(new Case(arrangement, Kind.CLUSTERED, metric, 150, 150, 24, 3, 2, 600));
      }
    }
    return cases;
  }

  List<Case> everyTail() {
    List<Case> cases = new ArrayList<>();
    for (int size : new int[] {1, 3, 16, 17, 63, 65}) {
      cases.add(
          new Case(Arrangement.RESIDUAL, Kind.RANDOM, Metric.L2, size, 40, 17, 3, 2, 700 + size));
      cases.add(
          new Case(Arrangement.HEADS, Kind.RANDOM, Metric.DOT, size, 33, 9, 2, 1, 700 + size));
      cases.add(
          new Case(Arrangement.RESIDUAL, Kind.CLUSTERED, Metric.COSINE, 50, 30, size, 2, 1, size));
      cases.add(
          new Case(Arrangement.HEADS, Kind.CLUSTERED, Metric.L2, 50, size, 12, 3, 1, 800 + size));
    }
    cases.add(new Case(Arrangement.RESIDUAL, Kind.RANDOM, Metric.L2, 70, 50, 8, 1, 1, 1));
    cases.add(new Case(Arrangement.HEADS, Kind.RANDOM, Metric.L2, 70, 50, 8, 1, 1, 2));
    cases.add(new Case(Arrangement.RESIDUAL, Kind.RANDOM, Metric.L2, 70, 9, 5, 9, 1, 3));
    return cases;
  }

  /// More rows than a chunk has.
  List<Case> severalChunks() {
    return List.of(
        new Case(Arrangement.RESIDUAL, Kind.CLUSTERED, Metric.L2, 1500, 24, 1024, 2, 1, 900),
        new Case(Arrangement.HEADS, Kind.CLUSTERED, Metric.L2, 1500, 24, 512, 2, 1, 901));
  }

  @ParameterizedTest
  @MethodSource("everyKindArrangementAndMetric")
  void idsAreThoseOfTheDefinition(Case input) {
    check(input, input.points());
  }

  @ParameterizedTest
  @MethodSource("everyTail")
  void everyTailIsExact(Case input) {
    check(input, input.points());
  }

  @ParameterizedTest
  @MethodSource("severalChunks")
  void chunksJoin(Case input) {
    check(input, input.points());
  }

  @Test
  void stridedAndUnalignedViewsAreReadAndWritten() {
    for (Arrangement arrangement : List.of(Arrangement.RESIDUAL, Arrangement.HEADS)) {
      Case input = new Case(arrangement, Kind.RANDOM, Metric.L2, 90, 60, 12, 3, 1, 3);
      FloatMatrix points = input.points();
      int columns = points.columns();
      byte[] bytes = new byte[90 * (columns + 3) * Float.BYTES + 1];
      FloatMatrix strided =
          FloatMatrix.of(MemorySegment.ofArray(bytes).asSlice(1), 90, columns, columns + 3);
      for (int row = 0; row < 90; row++) {
        for (int i = 0; i < columns; i++) {
          strided.set(row, i, points.get(row, i));
        }
      }
      int[] gaps = new int[90 * 5];
      Arrays.fill(gaps, 77);
      TokenIds ids = TokenIds.of(MemorySegment.ofArray(gaps), 90, 3, 5);
      CompositeOperand operand = input.operand();
      run(1, operand, kernel -> kernel.encode(strided, ids));
      compare(input, operand, points, ids);
      for (int row = 0; row < 90; row++) {
        assertThat(gaps[row * 5 + 3]).isEqualTo(77);
        assertThat(gaps[row * 5 + 4]).isEqualTo(77);
      }
    }
  }

  @Test
  void aVectorWithNanOrInfinityHasNoCodeword() {
    float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (Arrangement arrangement : List.of(Arrangement.RESIDUAL, Arrangement.HEADS)) {
      for (Metric metric : Metric.values()) {
        Case input = new Case(arrangement, Kind.CLUSTERED, metric, 333, 60, 24, 3, 2, 5);
        FloatMatrix points = input.points();
        for (int row = 0; row < 333; row += 5) {
          points.set(row, row % points.columns(), bad[row % 3]);
        }
        TokenIds ids = check(input, points);
        for (int row = 0; row < 333; row += 5) {
          for (int part = 0; part < 3; part++) {
            boolean holdsOne = input.isResidual() || row % points.columns() / 24 == part;
            assertThat(ids.get(row, part) == -1).as("%s row %d", input, row).isEqualTo(holdsOne);
          }
        }
      }
    }
  }

  @Test
  void aResidualBeyondFloat32HasNoCodewordFromThereOn() {
    FloatMatrix codewords = FloatMatrix.of(new float[] {-3e38f, 0, -2e38f, 1}, 2, 2);
    NearestOperand level = new NearestOperand(codewords, Metric.DOT);
    CompositeOperand operand =
        CompositeOperand.residual(
            List.of(level, level, level), List.of(codewords, codewords, codewords));
    FloatMatrix points = FloatMatrix.of(new float[] {2e38f, 3e38f, 1, 1}, 2, 2);
    int[] ids = new int[6];
    run(1, operand, kernel -> kernel.encode(points, TokenIds.of(ids, 2, 3)));
    assertThat(ids[0]).isEqualTo(1);
    assertThat(ids[1]).isEqualTo(-1);
    assertThat(ids[2]).isEqualTo(-1);
    compare("overflow", operand, points, TokenIds.of(ids, 2, 3));
  }

  @Test
  void noRowsGiveNoIds() {
    Case input = new Case(Arrangement.RESIDUAL, Kind.RANDOM, Metric.L2, 1, 9, 4, 2, 1, 1);
    run(
        2,
        input.operand(),
        kernel -> kernel.encode(FloatMatrix.of(new float[0], 0, 4), TokenIds.of(new int[0], 0, 2)));
  }

  @Test
  void manyThreadsShareOneKernel() {
    Case input = new Case(Arrangement.RESIDUAL, Kind.CLUSTERED, Metric.L2, 400, 80, 16, 3, 2, 11);
    FloatMatrix points = input.points();
    CompositeOperand operand = input.operand();
    int[][] ids = new int[4][400 * 3];
    run(
        2,
        operand,
        kernel -> {
          List<Thread> callers = new ArrayList<>();
          for (int[] target : ids) {
            callers.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          for (int repeat = 0; repeat < 4; repeat++) {
                            kernel.encode(points, TokenIds.of(target, 400, 3));
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
    for (int[] found : ids) {
      compare(input, operand, points, TokenIds.of(found, 400, 3));
    }
  }

  @Test
  void anInterruptEndsTheCall() {
    Case input = new Case(Arrangement.RESIDUAL, Kind.RANDOM, Metric.L2, 900, 200, 32, 2, 2, 13);
    FloatMatrix points = input.points();
    CompositeOperand operand = input.operand();
    TokenIds ids = TokenIds.allocate(900, 2);
    run(
        2,
        operand,
        kernel -> {
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(() -> kernel.encode(points, ids))
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
          kernel.encode(points, ids);
        });
    compare(input, operand, points, ids);
  }

  @Test
  void aClosedBackendSaysSo() {
    Case input = new Case(Arrangement.RESIDUAL, Kind.RANDOM, Metric.L2, 10, 20, 3, 2, 1, 17);
    Backends backends = open(new BackendOptions(2));
    Offer<CompositeKernel> offer = backends.serving().getFirst().composite(input.operand());
    backends.close();
    assertThat(offer).isInstanceOf(Offer.Accepted.class);
    if (offer instanceof Offer.Accepted<CompositeKernel>(CompositeKernel kernel)) {
      assertThatThrownBy(() -> kernel.encode(input.points(), TokenIds.allocate(10, 2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      kernel.close();
    }
  }

  private TokenIds check(Case input, FloatMatrix points) {
    CompositeOperand operand = input.operand();
    TokenIds ids = TokenIds.allocate(input.n, input.parts);
    run(
        input.threads,
        operand,
        kernel -> {
          kernel.encode(points, ids);
          assertThat(kernel.estimatedNanos(input.n)).isPositive();
          assertThat(kernel.describe()).isNotEmpty();
        });
    compare(input, operand, points, ids);
    return ids;
  }

  private static void compare(
      Object input, CompositeOperand operand, FloatMatrix points, TokenIds ids) {
    float[] vector = new float[operand.dim()];
    for (int row = 0; row < points.rows(); row++) {
      for (int part = 0; part < operand.parts(); part++) {
        if (part == 0 || !operand.isResidual()) {
          int first = operand.isResidual() ? 0 : part * operand.dim();
          for (int i = 0; i < vector.length; i++) {
            vector[i] = points.get(row, first + i);
          }
        }
        int expected = nearest(vector, operand.codebooks().get(part));
        if (ids.get(row, part) != expected) {
          throw new AssertionError(
              "%s row %d part %d: expected %d, found %d"
                  .formatted(input, row, part, expected, ids.get(row, part)));
        }
        if (operand.isResidual() && expected >= 0) {
          for (int i = 0; i < vector.length; i++) {
            vector[i] = vector[i] - operand.subtracted().get(part).get(expected, i);
          }
        }
      }
    }
  }

  private static int nearest(float[] vector, NearestOperand codebook) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return -1;
      }
    }
    MemorySegment point = MemorySegment.ofArray(vector);
    int best = 0;
    double bestScore = codebook.metric().worst();
    for (int code = 0; code < codebook.codes(); code++) {
      double score =
          codebook
              .metric()
              .score(
                  point,
                  0,
                  codebook.codewords().segment(),
                  codebook.codewords().rowOffsetBytes(code),
                  codebook.dim());
      if (codebook.metric().isBetter(score, bestScore)) {
        best = code;
        bestScore = score;
      }
    }
    return best;
  }

  /// A use of a kernel.
  private interface Use {
    void with(CompositeKernel kernel);
  }

  private void run(int threads, CompositeOperand operand, Use use) {
    try (Backends backends = open(new BackendOptions(threads))) {
      assertThat(backends.serving()).hasSize(1);
      Backend opened = backends.serving().getFirst();
      assertThat(opened.name()).isEqualTo(backend);
      switch (opened.composite(operand)) {
        case Offer.Accepted<CompositeKernel>(CompositeKernel kernel) -> {
          try (kernel) {
            use.with(kernel);
          }
        }
        case Offer.Declined<CompositeKernel>(String reason) ->
            throw new AssertionError(backend + " declined: " + reason);
      }
    }
  }
}
