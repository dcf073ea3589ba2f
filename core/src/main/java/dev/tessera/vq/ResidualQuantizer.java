package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.KernelReport;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.List;

/// Turns a vector into one id for each of several levels: each level finds the codeword nearest to
/// what the levels before it have left (Zeghidour et al., SoundStream, 2021; the ResidualVQ of GQT
/// and NodeID).
///
/// The residual is `r - e`, in float32, with the *un-normalised* r, also where the metric is
/// cosine, and with the stored codeword e, or the normalised one under
/// [QuantizerOptions#withNormalizedCodes()]. Ids are exact at each level, as [CompositeKernel]
/// says, the same on every backend. Levels that share one [Codebook] object share its packed form.
///
/// Thread-safe. [#close()] frees what backends packed.
public final class ResidualQuantizer implements AutoCloseable {
  private final CompositeEncoder encoder;

  private ResidualQuantizer(CompositeEncoder encoder) {
    this.encoder = encoder;
  }

  /// A quantizer over opened backends.
  ///
  /// @param levels the codebooks, first level first; all with the same columns
  /// @throws IllegalArgumentException if there is none, their columns differ, or an allowed code is
  ///   outside one of them
  public static ResidualQuantizer of(
      Backends backends, List<Codebook> levels, QuantizerOptions options) {
    return new ResidualQuantizer(new CompositeEncoder(backends, levels, options, true));
  }

  /// The codebooks, first level first.
  public List<Codebook> levels() {
    return encoder.codebooks();
  }

  /// The options it was made with.
  public QuantizerOptions options() {
    return encoder.options();
  }

  /// One vocabulary for all levels: `id + q K` where each has K codes.
  public CodeOffsets offsets() {
    return encoder.offsets();
  }

  /// The ids of the nearest codewords, level by level: `[n x dim] -> [n x levels]`.
  ///
  /// @throws IllegalArgumentException if the vectors do not have the codebooks' columns, or one
  ///   holds a NaN or an infinity, or leaves float32's range, under [NanPolicy#ERROR]; names the
  ///   row
  public TokenIds encode(FloatMatrix vectors) {
    TokenIds ids = TokenIds.allocate(vectors.rows(), levels().size());
    encode(vectors, ids);
    return ids;
  }

  /// As [#encode(FloatMatrix)], into the caller's `[n x levels]`. Under [NanPolicy#ERROR] a vector
  /// that has no codeword is reported after the ids of all others have been written.
  ///
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public void encode(FloatMatrix vectors, TokenIds ids) {
    encoder.encode(vectors, ids);
  }

  /// What ids stand for: `((e_0 + e_1) + e_2) + ...` in level order, in float32: `[n x q] -> [n x
  /// dim]`. Fewer columns than levels are the first levels, a coarser vector.
  ///
  /// @throws IllegalArgumentException if there are more columns than levels, or an id is outside
  ///   its level's codebook; names its row
  public FloatMatrix decode(TokenIds ids) {
    if (ids.columns() < 1 || ids.columns() > levels().size()) {
      throw new IllegalArgumentException(
          "the ids have %d columns, there are %d levels".formatted(ids.columns(), levels().size()));
    }
    int dim = encoder.dim();
    FloatMatrix vectors = FloatMatrix.allocate(ids.rows(), dim);
    float[] sum = new float[dim];
    float[] term = new float[dim];
    for (long row = 0; row < ids.rows(); row++) {
      for (int level = 0; level < ids.columns(); level++) {
        encoder.copyCodeword(row, level, ids.get(row, level), level == 0 ? sum : term);
        for (int i = 0; level > 0 && i < dim; i++) {
          sum[i] += term[i];
        }
      }
      vectors.setRow(row, sum);
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
