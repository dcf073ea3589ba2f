package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.LayerNorm;
import dev.tessera.nn.Linear;
import dev.tessera.nn.QFormer;
import dev.tessera.nn.QFormerOptions;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.EmbeddedSequence;
import dev.tessera.sequence.Splice;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.util.List;

/// BLIP-2: an image as 32 rows before the embeddings of text (Li et al., arXiv 2301.12597). Follows
/// `salesforce/LAVIS` at commit 506965b.
///
/// EVA-CLIP-g delivers `[257 x 1408]`. A norm (eps 1e-5), the [QFormer], and a linear layer to the
/// language model's width. The rows come first, whatever the text, and nothing is learned at them.
/// Nothing is discrete, so there is no way back. Thread-safe.
public final class Blip2 implements AutoCloseable {
  private static final double VISION_EPS = 1e-5;

  private final LayerNorm visionNorm;
  private final QFormer qformer;
  private final Linear projection;

  private Blip2(LayerNorm visionNorm, QFormer qformer, Linear projection) {
    this.visionNorm = visionNorm;
    this.qformer = qformer;
    this.projection = projection;
  }

  /// The language model that a checkpoint is for.
  public enum LanguageModel {
    /// OPT: the layer `opt_proj`; the text is the caption and a line break.
    OPT("opt_proj"),
    /// Flan-T5: the layer `t5_proj`; the rows come before the encoder's text.
    T5("t5_proj"),
    /// Vicuna: the layer `llm_proj`, of a model whose Q-Former sees the image alone
    /// (`qformer_text_input: False`); that of InstructBLIP reads the question, too.
    VICUNA("llm_proj");

    private final String projection;

    LanguageModel(String projection) {
      this.projection = projection;
    }
  }

  /// BLIP-2 by the weights `ln_vision`, `query_tokens`, `Qformer.bert` and the projection.
  ///
  /// @throws IOException if a tensor is missing, or has another shape
  public static Blip2 of(Tessera tessera, Weights weights, LanguageModel model) throws IOException {
    QFormer qformer = tessera.qformer(weights, QFormerOptions.BLIP2);
    return new Blip2(
        weights.layerNorm("ln_vision", qformer.encoderWidth(), VISION_EPS),
        qformer,
        Projectors.layer(tessera, weights, model.projection, Activation.NONE));
  }

  /// The rows of images by the output of the vision encoder: `[n x 257 x 1408] -> [n x 32 x
  /// width]`.
  ///
  /// @throws IllegalArgumentException if rows have other columns
  public FloatTensor encode(FloatTensor images) {
    FloatTensor normed = FloatTensor.allocate(images.first(), images.second(), images.third());
    for (long image = 0; image < images.first(); image++) {
      visionNorm.apply(images.atFirst(image), normed.atFirst(image));
    }
    return projection.apply(qformer.apply(normed));
  }

  /// The embeddings of an image and a text behind it.
  ///
  /// @param image `[32 x width]`
  /// @param labels of the ids
  /// @param embeddings the language model's, `[ids x width]`
  public static EmbeddedSequence embed(
      FloatMatrix image, int[] ids, int[] labels, FloatMatrix embeddings) {
    return Splice.prefix().embed(ids, labels, embeddings, List.of(image));
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    qformer.close();
    projection.close();
  }
}
