package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.ResidualQuantizer;
import java.util.Collections;
import java.util.List;

/// Dr.E: each node as words that a language model knows, a few for each view of it (arXiv
/// 2406.15504). Follows the paper, not its code.
///
/// Each layer of a graph network of three is a view of a node, a hop wider than the one before, in
/// the language model's width, `[n x 4096]`. The codebook are that model's token embeddings, which
/// are not trained, and of them only those of a list of words: a residual quantizer over them, the
/// same at each level, by cosine, both sides normalised; the stored embedding is subtracted from
/// the residual as it is. So codes are ids of the language model already, and stand in a prompt as
/// they are. Thread-safe.
public final class DrE implements AutoCloseable {
  /// Views of a node in the paper: the layers of its graph network.
  public static final int VIEWS = 3;

  private final ResidualQuantizer quantizer;
  private final LayerQuantizers views;

  private DrE(ResidualQuantizer quantizer, int views) {
    this.quantizer = quantizer;
    this.views = new LayerQuantizers(Collections.nCopies(views, quantizer));
  }

  /// A tokenizer.
  ///
  /// @param embeddings the language model's, `[ids x width]`
  /// @param words the ids of the words that may be found, in any order
  /// @param views of each node, as many as the network has layers; [#VIEWS] in the paper
  /// @param codes of each view
  /// @throws IllegalArgumentException if there is no word, view or code, or a word is no id of the
  ///   language model
  public static DrE of(Tessera tessera, Codebook embeddings, int[] words, int views, int codes) {
    if (views < 1 || codes < 1) {
      throw new IllegalArgumentException(
          "a node has at least 1 view and 1 code a view, not %d and %d".formatted(views, codes));
    }
    QuantizerOptions options = QuantizerOptions.of(Metric.COSINE).withAllowedCodes(words);
    return new DrE(tessera.residual(Collections.nCopies(codes, embeddings), options), views);
  }

  /// The ids of nodes in the language model's vocabulary.
  ///
  /// @param outputs of each layer of the network, `[n x width]`
  /// @return `[n x views * codes]`, those of the first view first
  /// @throws IllegalArgumentException if there are not as many outputs as views, they differ in
  ///   rows, or have other columns than the embeddings
  public TokenIds encode(List<FloatMatrix> outputs) {
    return views.encode(outputs);
  }

  /// What the ids of a view stand for, the sum of their embeddings: `[n x codes] -> [n x width]`.
  ///
  /// @throws IllegalArgumentException if an id is outside the language model's vocabulary
  public FloatMatrix decode(TokenIds view) {
    return quantizer.decode(view);
  }

  /// Frees what the backends allocated for the embeddings.
  @Override
  public void close() {
    views.close();
  }
}
