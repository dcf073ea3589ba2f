package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.LayerNorm;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.QFormer;
import dev.tessera.nn.QFormerOptions;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import java.io.IOException;

/// SEED-2, the image tokenizer of SEED-LLaMA: an image as 32 tokens in an order, like words (Ge et
/// al., arXiv 2310.01218). Follows `AILab-CVC/SEED` at commit 93b3cf4. [SeedSequences] puts tokens
/// among text.
///
/// EVA-CLIP-g delivers `[257 x 1408]`. A norm, a Q-Former with 32 queries that see only those
/// before them, a linear layer, tanh and another one give `[32 x 32]`, of which each row gets the
/// nearest of 8192 codewords by squared distance. On the way back the codewords pass a layer of the
/// same kind, four blocks of a vision transformer and a bottleneck (or a reverse Q-Former, where
/// the weights have one), and become the embedding `[1024]` of an image for unCLIP. (The released
/// code computes in float16, where near ties may fall otherwise.) Thread-safe.
public final class Seed implements AutoCloseable {
  /// Tokens of an image.
  public static final int TOKENS_PER_IMAGE = 32;

  /// Codes.
  public static final int CODES = 8192;

  private static final int CODE_DIM = 32;
  private static final double VISION_EPS = 1e-5;

  private final LayerNorm visionNorm;
  private final QFormer qformer;
  private final Mlp encoderTail;
  private final Quantizer quantizer;
  private final SeedImageDecoder decoder;

  private Seed(
      LayerNorm visionNorm,
      QFormer qformer,
      Mlp encoderTail,
      Quantizer quantizer,
      SeedImageDecoder decoder) {
    this.visionNorm = visionNorm;
    this.qformer = qformer;
    this.encoderTail = encoderTail;
    this.quantizer = quantizer;
    this.decoder = decoder;
  }

  /// A tokenizer by the weights of `seed_quantizer.pt`: `ln_vision`, `query_tokens`, `Qformer`,
  /// `encode_task_layer.{0,2}`, `quantize.embedding`, `decode_task_layer.{0,2}`, `pos_embed_image`,
  /// `blocks_image.N`, `image_down.{0,2,4}`, `distill_image_proj`.
  ///
  /// @throws IOException if a tensor is missing, or has another shape
  public static Seed of(Tessera tessera, Weights weights) throws IOException {
    QFormer qformer = tessera.qformer(weights, QFormerOptions.SEED);
    int width = qformer.width();
    Mlp tail =
        Mlp.of(
            tessera.linear(weights, "encode_task_layer.0", width, width, Activation.TANH),
            tessera.linear(weights, "encode_task_layer.2", width, CODE_DIM, Activation.NONE));
    Codebook codebook = Codebook.of(weights.matrix("quantize.embedding.weight", CODES, CODE_DIM));
    return new Seed(
        weights.layerNorm("ln_vision", qformer.encoderWidth(), VISION_EPS),
        qformer,
        tail,
        tessera.quantizer(codebook),
        SeedImageDecoder.of(tessera, weights, width));
  }

  /// The tokens of images by the output of the vision encoder: `[n x 257 x 1408] -> [n x 32]`.
  ///
  /// @throws IllegalArgumentException if rows have other columns
  public TokenIds encode(FloatTensor images) {
    FloatTensor normed = FloatTensor.allocate(images.first(), images.second(), images.third());
    for (long image = 0; image < images.first(); image++) {
      visionNorm.apply(images.atFirst(image), normed.atFirst(image));
    }
    return encodeQueries(qformer.apply(normed));
  }

  /// The tokens of images by the output of the Q-Former: `[n x 32 x 768] -> [n x 32]`.
  ///
  /// @throws IllegalArgumentException if there are not 32 rows an image, or they have other columns
  public TokenIds encodeQueries(FloatTensor hidden) {
    if (hidden.second() != TOKENS_PER_IMAGE || !hidden.isPacked()) {
      throw new IllegalArgumentException(
          "expected the Q-Former's output [n x %d x %d], packed, found %s"
              .formatted(TOKENS_PER_IMAGE, encoderTail.inputs(), hidden));
    }
    long rows = hidden.first() * TOKENS_PER_IMAGE;
    FloatMatrix all = FloatMatrix.of(hidden.segment(), rows, hidden.third());
    return encodeRows(encoderTail.apply(all));
  }

  /// The tokens of images by what goes into the lookup: `[n * 32 x 32] -> [n x 32]`.
  ///
  /// @throws IllegalArgumentException if there are other columns, or the last image lacks rows
  public TokenIds encodeRows(FloatMatrix rows) {
    if (rows.rows() % TOKENS_PER_IMAGE != 0) {
      throw new IllegalArgumentException(
          "expected %d rows an image, found %d rows".formatted(TOKENS_PER_IMAGE, rows.rows()));
    }
    TokenIds ids = quantizer.encode(rows);
    return TokenIds.of(ids.segment(), rows.rows() / TOKENS_PER_IMAGE, TOKENS_PER_IMAGE);
  }

  /// The embeddings of images for unCLIP: `[n x 32] -> [n x 1024]`.
  ///
  /// @throws IllegalArgumentException if there are not 32 columns, or an id is outside the codebook
  public FloatMatrix decode(TokenIds ids) {
    if (ids.columns() != TOKENS_PER_IMAGE) {
      throw new IllegalArgumentException(
          "an image has %d tokens, not %d".formatted(TOKENS_PER_IMAGE, ids.columns()));
    }
    return decoder.apply(quantizer.decode(TokenIds.of(ids.toArray())));
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    qformer.close();
    encoderTail.close();
    quantizer.close();
    decoder.close();
  }
}
