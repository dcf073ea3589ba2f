package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.SoftQuantizer;
import java.io.IOException;

/// VQGraph: each node as a code for its surroundings, and as a distribution over all codes, which a
/// student without a graph learns from (Yang et al., arXiv 2308.02117). Follows
/// `YangLing0818/VQGraph` at commit 60aa1c9.
///
/// A graph network delivers a row a node. Its code is the codeword of greatest cosine, both sides
/// normalised; what is returned for a code is the codeword as it is stored. The soft assignment is
/// the softmax of all similarities, divided by a temperature. Thread-safe.
public final class VqGraph implements AutoCloseable {
  private static final QuantizerOptions COSINE =
      QuantizerOptions.of(Metric.COSINE).withNormalizedQuery();

  private final Quantizer quantizer;
  private final SoftQuantizer soft;

  private VqGraph(Quantizer quantizer, SoftQuantizer soft) {
    this.quantizer = quantizer;
    this.soft = soft;
  }

  /// A tokenizer by the weights `_codebook.embed [1 x K x d]` of its quantizer.
  ///
  /// @param temperature what similarities are divided by in the soft assignment
  /// @throws IOException if there is no such codebook
  public static VqGraph of(Tessera tessera, Weights weights, double temperature)
      throws IOException {
    return of(tessera, Codebooks.single(weights), temperature);
  }

  /// A tokenizer.
  ///
  /// @param codebook 5000 codewords in the released settings, as many columns as the features have
  /// @param temperature what similarities are divided by in the soft assignment
  public static VqGraph of(Tessera tessera, Codebook codebook, double temperature) {
    return new VqGraph(
        tessera.quantizer(codebook, COSINE), tessera.soft(codebook, COSINE, temperature));
  }

  /// How many codes there are, K.
  public int codes() {
    return quantizer.codebook().size();
  }

  /// The codes of nodes: `[n x d] -> [n x 1]`.
  ///
  /// @throws IllegalArgumentException if there are other columns than in the codebook
  public TokenIds encode(FloatMatrix nodes) {
    return quantizer.encode(nodes);
  }

  /// The stored codewords: `[n x 1] -> [n x d]`.
  ///
  /// @throws IllegalArgumentException if a code is outside the codebook
  public FloatMatrix decode(TokenIds codes) {
    return quantizer.decode(codes);
  }

  /// Hands over the soft assignment of all nodes, `[n x K]`, block by block.
  ///
  /// @throws IllegalArgumentException if there are other columns than in the codebook
  public void assign(FloatMatrix nodes, SoftQuantizer.RowConsumer consumer) {
    soft.probabilities(nodes, consumer);
  }

  /// Frees what the backends allocated for the codebook.
  @Override
  public void close() {
    quantizer.close();
  }
}
