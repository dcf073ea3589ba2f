package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.KernelChoice;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.MissingIds;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What [ResidualQuantizer] and [MultiHeadQuantizer] share: codebooks, each packed once, and calls
/// with their checks.
final class CompositeEncoder implements AutoCloseable {
  private final List<Codebook> codebooks;
  private final List<Codebook> returned;
  private final QuantizerOptions options;
  private final CompositeOperand operand;
  private final CodeOffsets offsets;
  private final KernelChoice<CompositeKernel> kernels;
  private final AtomicReference<@Nullable CompositeCall> idleCall = new AtomicReference<>();

  /// @param residual whether the codebooks are levels; else heads
  /// @throws IllegalArgumentException if there is none, their columns differ, or an allowed code is
  ///   outside one of them
  CompositeEncoder(
      Backends backends, List<Codebook> codebooks, QuantizerOptions options, boolean residual) {
    this.codebooks = List.copyOf(codebooks);
    this.options = options;
    IdentityHashMap<Codebook, Entry> entries = new IdentityHashMap<>();
    List<NearestOperand> searched = new ArrayList<>();
    List<FloatMatrix> subtracted = new ArrayList<>();
    List<Codebook> stand = new ArrayList<>();
    for (Codebook codebook : this.codebooks) {
      Entry entry = entries.computeIfAbsent(codebook, given -> Entry.of(given, options));
      searched.add(entry.searched);
      subtracted.add(entry.subtracted);
      stand.add(entry.returned);
    }
    returned = List.copyOf(stand);
    operand =
        residual
            ? CompositeOperand.residual(searched, subtracted)
            : CompositeOperand.heads(searched);
    offsets = CodeOffsets.of(codebooks.stream().mapToInt(Codebook::size).toArray());
    kernels =
        new KernelChoice<>(
            backends.serving(), "these codebooks", backend -> backend.composite(operand));
  }

  /// A codebook as it is searched and as it is returned; the same one for all levels that share it.
  private record Entry(NearestOperand searched, FloatMatrix subtracted, Codebook returned) {
    static Entry of(Codebook codebook, QuantizerOptions options) {
      Codebook allowed = options.searched(codebook);
      NearestOperand searched = new NearestOperand(allowed.codewords(), options.metric());
      FloatMatrix subtracted =
          options.normalizedCodes() ? allowed.normalized().codewords() : searched.codewords();
      return new Entry(searched, subtracted, options.returned(codebook));
    }
  }

  List<Codebook> codebooks() {
    return codebooks;
  }

  /// What the ids stand for.
  List<Codebook> returned() {
    return returned;
  }

  QuantizerOptions options() {
    return options;
  }

  CodeOffsets offsets() {
    return offsets;
  }

  /// Columns of a codeword.
  int dim() {
    return operand.dim();
  }

  /// Writes the ids `[n x parts]` of vectors `[n x columns]`.
  void encode(FloatMatrix vectors, TokenIds ids) {
    checkShapes(vectors, ids);
    CompositeCall idle = idleCall.getAndSet(null);
    CompositeCall call = idle == null ? new CompositeCall() : idle;
    call.begin(vectors, ids);
    try {
      kernels.call(vectors.rows(), call, call);
    } finally {
      call.end();
      idleCall.set(call);
    }
    int[] allowed = options.allowedCodes();
    if (allowed != null) {
      Quantizer.restoreCodes(ids, allowed);
    }
    if (options.nanPolicy() == NanPolicy.ERROR) {
      refuseNonFinite(vectors, ids);
    }
  }

  private void checkShapes(FloatMatrix vectors, TokenIds ids) {
    if (vectors.columns() != operand.columns()) {
      throw new IllegalArgumentException(
          operand.isResidual()
              ? "the vectors have %d columns, the codebooks have %d"
                  .formatted(vectors.columns(), operand.dim())
              : "the vectors have %d columns, %d heads of %d columns need %d"
                  .formatted(vectors.columns(), operand.parts(), operand.dim(), operand.columns()));
    }
    if (ids.rows() != vectors.rows() || ids.columns() != operand.parts()) {
      throw new IllegalArgumentException(
          "%d vectors need ids [%d x %d], not [%d x %d]"
              .formatted(
                  vectors.rows(), vectors.rows(), operand.parts(), ids.rows(), ids.columns()));
    }
  }

  private void refuseNonFinite(FloatMatrix vectors, TokenIds ids) {
    long row = MissingIds.firstRow(ids, ids.columns());
    if (row < 0) {
      return;
    }
    int part = 0;
    while (ids.get(row, part) >= 0) {
      part++;
    }
    Optional<NonFinite> place = NonFinite.findInRow(vectors, row);
    throw new IllegalArgumentException(
        place.isPresent()
            ? "row "
                + place.get()
                + "; such a vector has no nearest codeword (NanPolicy.SKIP gives it the id -1)"
            : "row %d leaves float32's range at level %d; such a residual has no nearest codeword (NanPolicy.SKIP gives it the id -1)"
                .formatted(row, part));
  }

  /// Copies what an id stands for.
  ///
  /// @throws IllegalArgumentException if it is outside the codebook
  void copyCodeword(long row, int part, int id, float[] target) {
    Codebook codebook = returned.get(part);
    if (id < 0 || id >= codebook.size()) {
      throw new IllegalArgumentException(
          "row %d has the id %d in column %d, which is outside [0, %d)"
              .formatted(row, id, part, codebook.size()));
    }
    codebook.copyCodeword(id, target, 0);
  }

  void prepare() {
    kernels.prepare();
  }

  KernelReport report() {
    return kernels.report();
  }

  @Override
  public void close() {
    kernels.close();
  }
}
