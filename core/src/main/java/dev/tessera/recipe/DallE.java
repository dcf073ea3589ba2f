package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.NanPolicy;
import java.io.IOException;

/// DALL-E's discrete VAE: an image of 256 x 256 pixels as 32 x 32 of 8192 tokens (Ramesh et al.,
/// arXiv 2102.12092). Follows `openai/DALL-E` at commit 5be4b23.
///
/// The encoder delivers logits channel-first, `[8192 x 32 x 32]`; the token of a pixel is the
/// channel of its greatest logit. There is no codebook: the decoder's first layer, a convolution of
/// 1 x 1 pixels over one-hot tokens, picks a column of its weights, and these are what an id stands
/// for. Where images follow text in one vocabulary was never released: [#vocabulary] takes it.
/// Thread-safe.
public final class DallE {
  private static final int TOKENS = 8192;
  private static final int DIM = 128;

  /// Pixels go to `(1 - 2 eps) x + eps`.
  private static final float EPS = 0.1f;

  private final Tessera tessera;
  private final FloatMatrix embeddings;

  private DallE(Tessera tessera, FloatMatrix embeddings) {
    this.tessera = tessera;
    this.embeddings = embeddings;
  }

  /// A tokenizer by the decoder's first layer, `blocks.input.w [128 x 8192 x 1 x 1]` and
  /// `blocks.input.b [128]`.
  ///
  /// @throws IOException if one is missing, or has another shape
  public static DallE of(Tessera tessera, Weights weights) throws IOException {
    FloatMatrix columns = weights.tensor("blocks.input.w").flattenTrailing().floats();
    if (columns.rows() != DIM || columns.columns() != TOKENS) {
      throw new FormatException(
          "%s: expected the shape [%d x %d x 1 x 1], found [%d x %d]"
              .formatted("blocks.input.w", DIM, TOKENS, columns.rows(), columns.columns()));
    }
    FloatMatrix bias = weights.vector("blocks.input.b", DIM);
    FloatMatrix embeddings = FloatMatrix.allocate(TOKENS, DIM);
    for (int token = 0; token < TOKENS; token++) {
      for (int i = 0; i < DIM; i++) {
        embeddings.set(token, i, columns.get(i, token) + bias.get(0, i));
      }
    }
    return new DallE(tessera, embeddings);
  }

  /// The tokens of an image, in raster order: `[8192 x h x w] -> [h x w]`.
  ///
  /// @throws IllegalArgumentException if there are other channels
  public TokenIds encode(FloatTensor logits) {
    if (logits.first() != TOKENS) {
      throw new IllegalArgumentException(
          "expected logits [%d x h x w], channels first, found %s".formatted(TOKENS, logits));
    }
    int pixels = Math.toIntExact(logits.second() * logits.third());
    FloatTensor flat = FloatTensor.of(packed(logits).segment(), 1, TOKENS, pixels);
    TokenIds ids = tessera.argmax(NanPolicy.ERROR).encodeChannels(flat);
    return TokenIds.of(ids.segment(), logits.second(), logits.third());
  }

  private static FloatTensor packed(FloatTensor logits) {
    if (!logits.isPacked()) {
      throw new IllegalArgumentException("expected packed logits, found gaps in " + logits);
    }
    return logits;
  }

  /// What the decoder makes of tokens behind its first layer: `[h x w] -> [128 x h x w]`.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, 8192)`; names its place
  public FloatTensor decode(TokenIds ids) {
    FloatTensor latents = FloatTensor.allocate(DIM, ids.rows(), ids.columns());
    for (long y = 0; y < ids.rows(); y++) {
      for (int x = 0; x < ids.columns(); x++) {
        int id = ids.get(y, x);
        if (id < 0 || id >= TOKENS) {
          throw new IllegalArgumentException(
              "row %d, column %d has the id %d, which is outside [0, %d)"
                  .formatted(y, x, id, TOKENS));
        }
        for (int i = 0; i < DIM; i++) {
          latents.set(i, y, x, embeddings.get(id, i));
        }
      }
    }
    return latents;
  }

  /// What the encoder takes for a pixel's value in `[0, 1]`: `0.8 x + 0.1`.
  public static float toEncoder(float pixel) {
    return (1 - 2 * EPS) * pixel + EPS;
  }

  /// The pixel's value for an output of the decoder: `(sigmoid(y) - 0.1) / 0.8`, within `[0, 1]`.
  public static float fromDecoder(float output) {
    double sigmoid = 1 / (1 + Math.exp(-output));
    return (float) Math.clamp((sigmoid - EPS) / (1 - 2 * EPS), 0, 1);
  }

  /// A vocabulary of text, a pad for each position of the text, and image tokens behind them: as
  /// many open versions have it.
  ///
  /// @param textIds tokens of text, 16384 in the paper
  /// @param textLength positions of text, 256 in the paper, each with a pad of its own
  public static UnifiedVocabulary vocabulary(int textIds, int textLength) {
    return UnifiedVocabulary.builder()
        .text(textIds)
        .append("pad", textLength)
        .append("image", TOKENS)
        .build();
  }
}
