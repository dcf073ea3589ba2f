package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.MultiHeadQuantizer;
import dev.tessera.vq.QuantizerOptions;
import java.io.IOException;

/// GFT: nodes of graphs of any kind as four codes of a vocabulary that transfers between them (Wang
/// et al., arXiv 2411.06070). Follows `Zehong-Wang/GFT` at commit 61d4f93.
///
/// A graph network delivers `[n x 768]`. A linear layer makes four heads of it, each of which looks
/// up the greatest *inner product* in its own codebook of 128 codewords; these are stored
/// un-normalised and stay so, since a cosine would give other codes. What codes stand for are the
/// four codewords side by side, which another linear layer brings back to 768 columns. Thread-safe.
public final class Gft implements AutoCloseable {
  private final Linear projectIn;
  private final MultiHeadQuantizer quantizer;
  private final Linear projectOut;

  private Gft(Linear projectIn, MultiHeadQuantizer quantizer, Linear projectOut) {
    this.projectIn = projectIn;
    this.quantizer = quantizer;
    this.projectOut = projectOut;
  }

  /// A tokenizer by the weights `project_in.{weight,bias}`, `_codebook.embed [heads x K x d]` and
  /// `project_out.{weight,bias}`.
  ///
  /// @throws IOException if one is missing, or has another shape
  public static Gft of(Tessera tessera, Weights weights) throws IOException {
    return new Gft(
        Projectors.layer(tessera, weights, "project_in", Activation.NONE),
        tessera.multiHead(Codebooks.heads(weights), QuantizerOptions.of(Metric.DOT)),
        Projectors.layer(tessera, weights, "project_out", Activation.NONE));
  }

  /// The codes of nodes, edges or graphs: `[n x 768] -> [n x heads]`.
  ///
  /// @throws IllegalArgumentException if there are other columns
  public TokenIds encode(FloatMatrix rows) {
    return quantizer.encode(projectIn.apply(rows));
  }

  /// The ids of codes in one vocabulary: c + 128 h.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public TokenIds ids(TokenIds codes) {
    return quantizer.offsets().flatten(codes);
  }

  /// The codewords side by side, which classifiers see: `[n x heads] -> [n x heads * d]`.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public FloatMatrix codewords(TokenIds codes) {
    return quantizer.decode(codes);
  }

  /// What codes stand for: `[n x heads] -> [n x 768]`.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public FloatMatrix decode(TokenIds codes) {
    return projectOut.apply(quantizer.decode(codes));
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    projectIn.close();
    quantizer.close();
    projectOut.close();
  }
}
