package dev.tessera.benchmarks;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.MultiHeadQuantizer;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.ResidualQuantizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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

/// Residual and multi-head codes beside plain searches of the same codebooks: lookups a second.
///
/// `together` encodes vectors; `apart` looks up what each level or head is given, made beforehand
/// and packed, by a plain quantizer each. Their ids are compared before anything is timed.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class CompositeBenchmark {
  /// Which backend, as for [NearestBenchmark].
  @Param("simd")
  public String backend;

  /// Levels or heads, codes and columns of each.
  @Param({"levels-3x4096x1024", "heads-4x128x768"})
  public String shape;

  /// Vectors a call.
  @Param("4096")
  public int vectors;

  /// Threads of the backend.
  @Param("1")
  public int threads;

  private Backends backends;
  private FloatMatrix points;
  private TokenIds ids;
  private ResidualQuantizer levels;
  private MultiHeadQuantizer heads;
  private final List<Quantizer> singles = new ArrayList<>();
  private final List<FloatMatrix> inputs = new ArrayList<>();
  private TokenIds singleIds;

  /// Counts lookups, so that JMH reports lookups a second beside calls a second.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Progress {
    /// Vectors times levels or heads.
    public long lookups;
  }

  /// Opens the backend, makes the data, packs the codebooks.
  @Setup
  public void open() {
    CompositeShape parsed = CompositeShape.parse(shape);
    backends = NamedBackend.open(backend, threads);
    SplittableRandom random = new SplittableRandom(NearestData.SEED);
    List<Codebook> codebooks = new ArrayList<>();
    for (int part = 0; part < parsed.parts(); part++) {
      codebooks.add(Codebook.of(NearestData.normal(random, parsed.codes(), parsed.dim())));
    }
    int columns = parsed.residual() ? parsed.dim() : parsed.parts() * parsed.dim();
    points = NearestData.normal(random, vectors, columns);
    ids = TokenIds.allocate(vectors, parsed.parts());
    singleIds = TokenIds.allocate(vectors);
    QuantizerOptions options =
        parsed.residual() ? QuantizerOptions.L2 : QuantizerOptions.of(Metric.DOT);
    for (Codebook codebook : codebooks) {
      Quantizer single = Quantizer.of(backends, codebook, options);
      single.prepare();
      singles.add(single);
    }
    if (parsed.residual()) {
      levels = ResidualQuantizer.of(backends, codebooks, options);
      levels.prepare();
    } else {
      heads = MultiHeadQuantizer.of(backends, codebooks, options);
      heads.prepare();
    }
    check(parsed);
  }

  /// Makes the inputs of the plain searches on the way.
  private void check(CompositeShape parsed) {
    encode();
    FloatMatrix residual = FloatMatrix.of(points.toArray(), vectors, points.columns());
    for (int part = 0; part < parsed.parts(); part++) {
      int first = parsed.residual() ? 0 : part * parsed.dim();
      FloatMatrix given = residual.sliceColumns(first, first + parsed.dim());
      FloatMatrix input = FloatMatrix.allocate(vectors, parsed.dim());
      float[] row = new float[parsed.dim()];
      for (int i = 0; i < vectors; i++) {
        given.copyRow(i, row, 0);
        input.setRow(i, row);
      }
      inputs.add(input);
      int[] found = singles.get(part).encode(input).toArray();
      if (!Arrays.equals(found, ids.sliceColumns(part, part + 1).toArray())) {
        throw new IllegalStateException(
            "%s: part %d has other ids together than apart".formatted(shape, part));
      }
      if (parsed.residual()) {
        FloatMatrix codewords = singles.get(part).codebook().codewords();
        for (int i = 0; i < vectors; i++) {
          for (int column = 0; column < parsed.dim(); column++) {
            residual.set(i, column, residual.get(i, column) - codewords.get(found[i], column));
          }
        }
      }
    }
  }

  private void encode() {
    if (levels != null) {
      levels.encode(points, ids);
    } else {
      heads.encode(points, ids);
    }
  }

  /// All levels or heads in one call.
  @Benchmark
  public TokenIds together(Progress progress) {
    encode();
    progress.lookups += (long) vectors * ids.columns();
    return ids;
  }

  /// A plain search for each.
  @Benchmark
  public TokenIds apart(Progress progress) {
    for (int part = 0; part < singles.size(); part++) {
      singles.get(part).encode(inputs.get(part), NearestOptions.SINGLE, singleIds, null);
    }
    progress.lookups += (long) vectors * ids.columns();
    return singleIds;
  }

  /// Says what ran, and closes it.
  @TearDown
  public void close() {
    System.out.println("# " + (levels != null ? levels.report() : heads.report()));
    backends.close();
  }
}
