package dev.tessera.benchmarks;

import dev.tessera.io.Npy;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// One search that the peers do, too: points, a codebook and the exact ids, read from `x_NAME.npy`,
/// `c_NAME.npy` and `ids_NAME.npy`.
final class PeerCase implements AutoCloseable {
  private final Backends backends;
  private final FloatMatrix points;
  private final Codebook codebook;
  private final TokenIds expected;
  private final TokenIds ids;
  private final Quantizer quantizer;

  private PeerCase(Backends backends, FloatMatrix points, Codebook codebook, TokenIds expected) {
    this.backends = backends;
    this.points = points;
    this.codebook = codebook;
    this.expected = expected;
    ids = TokenIds.allocate(points.rows());
    quantizer = Quantizer.of(backends, codebook, QuantizerOptions.L2);
  }

  static PeerCase open(Path folder, String name, String backend, int threads) throws IOException {
    FloatMatrix points = vectors(folder.resolve("x_" + name + ".npy"));
    Codebook codebook = Codebook.of(Npy.open(folder.resolve("c_" + name + ".npy")).floats());
    TokenIds expected = Npy.open(folder.resolve("ids_" + name + ".npy")).ids();
    return new PeerCase(NamedBackend.open(backend, threads), points, codebook, expected);
  }

  /// Vectors in memory of this process, as the peers have theirs, not in a mapped file.
  static FloatMatrix vectors(Path file) throws IOException {
    FloatMatrix mapped = Npy.open(file).floats();
    FloatMatrix copy = FloatMatrix.allocate(mapped.rows(), mapped.columns());
    MemorySegment.copy(mapped.segment(), 0, copy.segment(), 0, copy.segment().byteSize());
    return copy;
  }

  long rows() {
    return points.rows();
  }

  /// One call, into memory that is already there.
  void encode() {
    quantizer.encode(points, NearestOptions.SINGLE, ids, null);
  }

  /// How many ids of the last call are not the exact ones.
  long differing() {
    long differing = 0;
    for (long row = 0; row < ids.rows(); row++) {
      if (ids.get(row) != expected.get(row)) {
        differing++;
      }
    }
    return differing;
  }

  /// The memory of a first call on this codebook, its packing included, while the code is warm.
  MemoryUse firstCall() throws IOException, InterruptedException {
    try (Quantizer fresh = Quantizer.of(backends, codebook, QuantizerOptions.L2)) {
      return MemoryUse.of(() -> fresh.encode(points, NearestOptions.SINGLE, ids, null));
    }
  }

  /// Packs the codebook once more, and forgets it.
  Preparation prepareAgain() {
    try (Quantizer fresh = Quantizer.of(backends, codebook, QuantizerOptions.L2)) {
      fresh.prepare();
      return fresh.report().backends().getFirst().preparation();
    }
  }

  /// What served the calls so far; there is exactly one backend, the one that was asked for.
  KernelReport.Served served() {
    return quantizer.report().backends().getFirst();
  }

  @Override
  public void close() {
    backends.close();
  }
}
