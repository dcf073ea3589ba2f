package dev.tessera.benchmarks;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelReport;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
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

/// What packing a codebook costs: milliseconds from a codebook to a quantizer that is ready, once
/// the code is warm. The scalar backend packs nothing.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class PreparationBenchmark {
  /// Which backend: `simd` or `opencl`.
  @Param("simd")
  public String backend;

  /// Points x codewords x columns; the points are not used.
  @Param({
    "1x8192x32",
    "1x32768x4",
    "1x16384x256",
    "1x1024x256",
    "1x512x300",
    "1x4096x768",
    "1x1024x128"
  })
  public String shape;

  /// Where the codebook comes from.
  @Param({"MIXTURE", "GAUSSIAN"})
  public DataKind data;

  /// Threads of the backend.
  @Param("1")
  public int threads;

  private Tessera tessera;
  private Codebook codebook;

  /// Opens the backend and makes the codebook.
  @Setup
  public void open() {
    tessera = Tessera.open(backend, new BackendOptions(threads));
    codebook = NearestData.make(data, NearestShape.parse(shape)).codebook();
  }

  /// Packs the codebook, and frees it again.
  @Benchmark
  public KernelReport prepare() {
    try (Quantizer quantizer = tessera.quantizer(codebook)) {
      quantizer.prepare();
      return quantizer.report();
    }
  }

  /// Closes the backend.
  @TearDown
  public void close() {
    tessera.close();
  }
}
