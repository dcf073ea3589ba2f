package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.SoftQuantizer;
import java.io.IOException;

/// STAG: nodes as mixtures of words, or as a list of words that any language model reads (arXiv
/// 2507.19526). Follows `jybosg/STAG` at commit a088b1b.
///
/// A text encoder delivers `[n x 768]`, a graph network `[n x 256]`. Both are normalised, the
/// second behind a linear layer, weighed, added and normalised again. The codebook are the
/// embeddings of a vocabulary's words, which are not trained: `softmax(cosine / 0.05)` weighs them
/// (un-normalised) into a soft token, and the 13 of greatest cosine are the hard ones. Thread-safe.
public final class Stag implements AutoCloseable {
  /// What cosines are divided by.
  public static final double TEMPERATURE = 0.05;

  /// Hard tokens of a node.
  public static final int TOKENS = 13;

  private static final double LEAST_NORM = 1e-12;
  private static final QuantizerOptions COSINE =
      QuantizerOptions.of(Metric.COSINE).withNormalizedQuery();

  private final Linear graphProjection;
  private final float textWeight;
  private final float graphWeight;
  private final Quantizer quantizer;
  private final SoftQuantizer soft;

  private Stag(
      Linear graphProjection,
      float textWeight,
      float graphWeight,
      Quantizer quantizer,
      SoftQuantizer soft) {
    this.graphProjection = graphProjection;
    this.textWeight = textWeight;
    this.graphWeight = graphWeight;
    this.quantizer = quantizer;
    this.soft = soft;
  }

  /// A tokenizer.
  ///
  /// @param words the embeddings of the vocabulary's words, `[V x 768]`
  /// @param weights of the graph's projection
  /// @param projection its name, without `.weight` and `.bias`
  /// @param textWeight what the text weighs: .41 before training
  /// @param graphWeight what the graph weighs: .59 before training
  /// @throws IOException if the projection is missing, or has another shape
  public static Stag of(
      Tessera tessera,
      Codebook words,
      Weights weights,
      String projection,
      float textWeight,
      float graphWeight)
      throws IOException {
    return new Stag(
        Projectors.layer(tessera, weights, projection, Activation.NONE),
        textWeight,
        graphWeight,
        tessera.quantizer(words, COSINE),
        tessera.soft(words, COSINE, TEMPERATURE));
  }

  /// Text and graph as one: `[n x 768], [n x 256] -> [n x 768]`, of norm 1.
  ///
  /// @throws IllegalArgumentException if the shapes do not fit
  public FloatMatrix fuse(FloatMatrix text, FloatMatrix graph) {
    FloatMatrix projected = graphProjection.apply(graph);
    if (text.rows() != projected.rows() || text.columns() != projected.columns()) {
      throw new IllegalArgumentException(
          "the graph's rows become %s, those of the text are %s".formatted(projected, text));
    }
    FloatMatrix fused = FloatMatrix.allocate(text.rows(), text.columns());
    for (long row = 0; row < text.rows(); row++) {
      double textNorm = norm(text, row);
      double graphNorm = norm(projected, row);
      for (int i = 0; i < text.columns(); i++) {
        double sum =
            textWeight * (text.get(row, i) / textNorm)
                + graphWeight * (projected.get(row, i) / graphNorm);
        fused.set(row, i, (float) sum);
      }
      double norm = norm(fused, row);
      for (int i = 0; i < text.columns(); i++) {
        fused.set(row, i, (float) (fused.get(row, i) / norm));
      }
    }
    return fused;
  }

  private static double norm(FloatMatrix matrix, long row) {
    double sum = 0;
    for (int i = 0; i < matrix.columns(); i++) {
      sum = Math.fma((double) matrix.get(row, i), matrix.get(row, i), sum);
    }
    return Math.max(Math.sqrt(sum), LEAST_NORM);
  }

  /// The soft tokens of fused rows: `[n x 768] -> [n x 768]`.
  ///
  /// @throws IllegalArgumentException if there are other columns than in the codebook
  public FloatMatrix soft(FloatMatrix fused) {
    return soft.mix(fused);
  }

  /// The hard tokens of fused rows, the greatest cosine first: `[n x 768] -> [n x 13]`.
  ///
  /// @throws IllegalArgumentException if there are other columns than in the codebook, or fewer
  ///   words
  public TokenIds encode(FloatMatrix fused) {
    return quantizer.nearest(fused, TOKENS).ids();
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    graphProjection.close();
    quantizer.close();
  }
}
