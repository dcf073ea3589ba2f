package dev.tessera.benchmarks;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
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

/// Three hops with symmetric weights, by a backend or by MKL in the same JVM: the third alone, and
/// all of them into node-major tokens.
///
/// The backend is the one that was named or the run fails. One hop is checked against the scalar
/// specification before anything is timed: for equal bits, MKL's within the rounding of its sums.
/// The graph is prepared beforehand.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Xmx3g"
    })
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class HopBenchmark {
  private static final int HOPS = 3;

  /// Which backend: `scalar`, `simd`, `opencl`; or `mkl`, whose libraries the Maven profile of that
  /// name brings.
  @Param({"simd"})
  public String backend;

  /// The graph: see [HopShape]. In the sizes of ogbn-arxiv, Pokec, and Reddit cut to 50 million
  /// edges.
  @Param({
    "RMAT_169343x1150000x128",
    "COMMUNITIES_169343x1150000x128",
    "RMAT_1632803x15000000x64",
    "COMMUNITIES_1632803x15000000x64",
    "RMAT_232965x25000000x128",
    "COMMUNITIES_232965x25000000x128"
  })
  public String graph;

  /// Threads of the backend.
  @Param("1")
  public int threads;

  private HopRunner runner;
  private FloatTensor tokens;

  /// Makes the graph, opens the backend, prepares.
  @Setup
  public void open() {
    HopData data = HopData.make(HopShape.parse(graph));
    FloatMatrix features = data.features();
    runner = HopRunner.open(backend, data.graph(), features, threads);
    tokens = FloatTensor.allocate(features.rows(), HOPS + 1, features.columns());
    Facts.tell("edges", data.graph().edges());
    String problem = HopCheck.compare(data.graph(), features, runner, backend);
    if (!problem.isEmpty()) {
      throw new IllegalStateException("%s, %s: %s".formatted(backend, graph, problem));
    }
  }

  /// The third hop, hop after hop.
  @Benchmark
  public FloatMatrix lastHop() {
    return runner.last(HOPS);
  }

  /// Features and three hops, node by node.
  @Benchmark
  public FloatTensor tokens() {
    runner.tokens(tokens);
    return tokens;
  }

  /// Says what ran, and closes it.
  @TearDown
  public void close() {
    System.out.println("# " + runner.describe());
    Facts.tell("served", runner.describe());
    Facts.tell("preparedNanos", runner.preparation().nanos());
    if (!backend.equals(HopRunner.MKL)) { // which does not tell
      Facts.tell("preparedBytes", runner.preparation().bytes());
    }
    runner.close();
  }
}
