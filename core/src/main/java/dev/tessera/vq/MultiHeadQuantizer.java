package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.KernelReport;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Collections;
import java.util.List;

/// Turns a vector into one id for each of several heads: head h looks up columns `h d` to `(h + 1)
/// d
/// - 1` in its own codebook, or in one that all share (product quantization; the heads of
///   lucidrains' VectorQuantize, as in GFT).
///
/// Projections before and after are the caller's. Ids are exact, as [CompositeKernel] says, the
/// same on every backend. Heads that share one [Codebook] object share its packed form.
/// Thread-safe. [#close()] frees what backends packed.
public final class MultiHeadQuantizer implements AutoCloseable {
  private final CompositeEncoder encoder;

  private MultiHeadQuantizer(CompositeEncoder encoder) {
    this.encoder = encoder;
  }

  /// A quantizer with a codebook for each head, over opened backends.
  ///
  /// @param heads the codebooks, first head first; all with the same columns
  /// @throws IllegalArgumentException if there is none, their columns differ, or an allowed code is
  ///   outside one of them
  public static MultiHeadQuantizer of(
      Backends backends, List<Codebook> heads, QuantizerOptions options) {
    return new MultiHeadQuantizer(new CompositeEncoder(backends, heads, options, false));
  }

  /// A quantizer whose heads share a codebook.
  ///
  /// @param heads how many there are, at least 1
  public static MultiHeadQuantizer of(
      Backends backends, Codebook shared, int heads, QuantizerOptions options) {
    return of(backends, Collections.nCopies(heads, shared), options);
  }

  /// The codebooks, first head first.
  public List<Codebook> heads() {
    return encoder.codebooks();
  }

  /// The options it was made with.
  public QuantizerOptions options() {
    return encoder.options();
  }

  /// One vocabulary for all heads: `id + h K` where each has K codes.
  public CodeOffsets offsets() {
    return encoder.offsets();
  }

  /// The ids of the nearest codewords, head by head: `[n x heads * d] -> [n x heads]`.
  ///
  /// @throws IllegalArgumentException if the vectors have other columns, or one holds a NaN or an
  ///   infinity under [NanPolicy#ERROR]; names the row
  public TokenIds encode(FloatMatrix vectors) {
    TokenIds ids = TokenIds.allocate(vectors.rows(), heads().size());
    encode(vectors, ids);
    return ids;
  }

  /// As [#encode(FloatMatrix)], into the caller's `[n x heads]`. Under [NanPolicy#ERROR] a vector
  /// that has no codeword is reported after the ids of all others have been written; under
  /// [NanPolicy#SKIP] only the heads whose columns hold a NaN or an infinity get -1.
  ///
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public void encode(FloatMatrix vectors, TokenIds ids) {
    encoder.encode(vectors, ids);
  }

  /// What ids stand for, the heads' codewords side by side: `[n x heads] -> [n x heads * d]`.
  ///
  /// @throws IllegalArgumentException if there is another number of columns, or an id is outside
  ///   its head's codebook; names its row
  public FloatMatrix decode(TokenIds ids) {
    if (ids.columns() != heads().size()) {
      throw new IllegalArgumentException(
          "the ids have %d columns, there are %d heads".formatted(ids.columns(), heads().size()));
    }
    int dim = encoder.dim();
    float[] codeword = new float[dim];
    FloatMatrix vectors = FloatMatrix.allocate(ids.rows(), Math.multiplyExact(dim, heads().size()));
    for (int head = 0; head < ids.columns(); head++) {
      FloatMatrix part = vectors.sliceColumns(head * dim, (head + 1) * dim);
      for (long row = 0; row < ids.rows(); row++) {
        encoder.copyCodeword(row, head, ids.get(row, head), codeword);
        part.setRow(row, codeword);
      }
    }
    return vectors;
  }

  /// Packs the codebooks now for every backend, instead of on the first call.
  public void prepare() {
    encoder.prepare();
  }

  /// Which backends served the calls so far, at what rate, and why others did not.
  public KernelReport report() {
    return encoder.report();
  }

  /// Frees what the backends allocated for these codebooks. Closing twice does nothing.
  @Override
  public void close() {
    encoder.close();
  }
}
