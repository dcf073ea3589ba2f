package dev.tessera.benchmarks;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import dev.tessera.vq.Seeding;
import java.util.concurrent.TimeUnit;
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

/// Learning a codebook: milliseconds for ten Lloyd steps over a [GaussianMixture].
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class KMeansBenchmark {
  private static final int STEPS = 10;

  /// Which backend assigns vectors to codewords: `scalar` takes minutes.
  @Param("simd")
  public String backend;

  /// Vectors x codewords x columns.
  @Param("65536x1024x128")
  public String shape;

  /// How the first codewords are found.
  @Param({"RANDOM", "KMEANS_PLUS_PLUS"})
  public Seeding seeding;

  /// Threads of the backend.
  @Param("1")
  public int threads;

  private Tessera tessera;
  private FloatMatrix vectors;
  private KMeansOptions options;

  /// Opens the backend and draws the vectors.
  @Setup
  public void open() {
    tessera = Tessera.open(backend, new BackendOptions(threads));
    NearestShape parsed = NearestShape.parse(shape);
    vectors = new GaussianMixture(parsed.dim(), NearestData.SEED).sample(parsed.points());
    options = new KMeansOptions(parsed.codes(), NearestData.SEED, STEPS, Metric.L2, seeding);
  }

  /// Learns one codebook.
  @Benchmark
  public LearnedCodebook learn() {
    return tessera.learn(vectors, options);
  }

  /// Closes the backend.
  @TearDown
  public void close() {
    tessera.close();
  }
}
