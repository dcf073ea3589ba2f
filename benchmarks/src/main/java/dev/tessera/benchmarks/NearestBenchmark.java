package dev.tessera.benchmarks;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Ids of the nearest codewords, by a backend or by a peer in the same JVM: calls a second, and, as
/// `points`, points a second.
///
/// The backend is the one that was named or the run fails: it is never another one. Some ids are
/// checked against the scalar specification before anything is timed; a peer's may be those of
/// codewords that are as near but for rounding. C2 needs some 3 s for the vector kernels, and forks
/// differ, hence the warm-up and the forks.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class NearestBenchmark {
  /// The scalar backend costs some 1 ns a term (point x codeword x column): it is given as many
  /// points as take a few seconds. Its rate does not depend on the number of points.
  private static final long MOST_SCALAR_TERMS = 1L << 31;

  private static final int CHECKED_ROWS = 32;

  /// By how much more than the least a distance may be whose codeword a peer takes, as a share.
  private static final double MOST_ERROR = 1e-3;

  /// Which backend: `scalar`, `simd`, `opencl`, or `simd-dense`, which screens all dimensions
  /// always; or a peer: `mkl`, `torch` (whose libraries the Maven profiles of these names bring),
  /// `lucene`, `jvector` (profile `peers`).
  @Param({"scalar", "simd"})
  public String backend;

  /// Points x codewords x columns.
  @Param({
    "65536x8192x32",
    "65536x32768x4",
    "16384x16384x256",
    "65536x1024x256",
    "65536x512x300",
    "32768x4096x768",
    "65536x1024x128",
    "1024x32768x4",
    "256x16384x256"
  })
  public String shape;

  /// Where the points come from.
  @Param({"MIXTURE", "GAUSSIAN", "OUTLIER", "PICTURE"})
  public DataKind data;

  /// What near means.
  @Param("L2")
  public Metric metric;

  /// Threads of the backend.
  @Param("1")
  public int threads;

  private NearestRunner runner;
  private FloatMatrix points;
  private TokenIds ids;

  /// Counts points, so that JMH reports points a second beside calls a second.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Progress {
    /// Points that got an id.
    public long points;
  }

  /// Opens the backend, makes the data, packs the codebook.
  @Setup
  public void open() {
    NearestShape parsed = NearestShape.parse(shape);
    NearestData made = NearestData.make(data, parsed);
    points = made.points();
    if (NearestRunner.isSlow(backend)) {
      long rows = MOST_SCALAR_TERMS / ((long) parsed.codes() * parsed.dim());
      points = points.slice(0, Math.clamp(rows, 1, points.rows()));
    }
    ids = TokenIds.allocate(points.rows());
    runner = NearestRunner.open(backend, made.codebook(), points, metric, threads);
    check(made.codebook());
    Facts.tell("rows", points.rows());
  }

  private void check(Codebook codebook) {
    FloatMatrix some = points.slice(0, Math.min(CHECKED_ROWS, points.rows()));
    runner.encode(points, ids);
    int[] got = ids.slice(0, some.rows()).toArray();
    try (Tessera scalar = Tessera.open("scalar");
        Quantizer specification = scalar.quantizer(codebook, QuantizerOptions.of(metric))) {
      int[] expected = specification.encode(some).toArray();
      if (!matches(codebook, got, expected)) {
        throw new IllegalStateException(
            "%s gives the ids %s, the specification %s (%s, %s, seed %d)"
                .formatted(
                    backend,
                    Arrays.toString(got),
                    Arrays.toString(expected),
                    shape,
                    data,
                    NearestData.SEED));
      }
    }
  }

  private boolean matches(Codebook codebook, int[] got, int[] expected) {
    if (!NearestRunner.isPeer(backend)) {
      return Arrays.equals(got, expected);
    }
    for (int row = 0; row < got.length; row++) {
      double least = distance(codebook, row, expected[row]);
      if (distance(codebook, row, got[row]) > least * (1 + MOST_ERROR)) {
        return false;
      }
    }
    return true;
  }

  private double distance(Codebook codebook, int row, int code) {
    FloatMatrix codewords = codebook.codewords();
    return Metric.L2.score(
        points.segment(),
        points.rowOffsetBytes(row),
        codewords.segment(),
        codewords.rowOffsetBytes(code),
        codewords.columns());
  }

  /// One call, into memory that is already there.
  @Benchmark
  public TokenIds encode(Progress progress) {
    runner.encode(points, ids);
    progress.points += points.rows();
    return ids;
  }

  /// Says what ran, and closes it.
  @TearDown
  public void close() {
    System.out.println("# " + runner.describe());
    Facts.tell("served", runner.describe());
    Facts.tell("preparedBytes", runner.preparation().bytes());
    Facts.tell("preparedNanos", runner.preparation().nanos());
    runner.close();
  }
}
