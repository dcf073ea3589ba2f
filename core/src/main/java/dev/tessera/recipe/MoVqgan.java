package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import java.io.IOException;

/// SBER-MoVQGAN: an image as a grid of codes (Zheng et al., "MoVQ", arXiv 2209.09002). Follows
/// `ai-forever/MoVQGAN` at commit f3976d8.
///
/// The encoder delivers `[4 x h x w]`, an eighth of the image's size; `quant_conv`, a linear map of
/// each pixel's four channels, then the nearest of 16384 codewords by squared distance. The decoder
/// takes the codewords twice: through `post_quant_conv`, and as they are, for its norms. Codes that
/// are not in use can be numbered without gaps by a [dev.tessera.vq.RemapTable]. Thread-safe.
public final class MoVqgan implements AutoCloseable {
  private static final int CODES = 16384;
  private static final int CHANNELS = 4;

  private final Linear before;
  private final Quantizer quantizer;
  private final Linear after;

  private MoVqgan(Linear before, Quantizer quantizer, Linear after) {
    this.before = before;
    this.quantizer = quantizer;
    this.after = after;
  }

  /// What the decoder takes.
  ///
  /// @param projected `[4 x h x w]`, through `post_quant_conv`
  /// @param stored `[4 x h x w]`, the codewords
  public record Latents(FloatTensor projected, FloatTensor stored) {}

  /// A tokenizer by the weights `quantize.embedding.weight [16384 x 4]`, `quant_conv.{weight,bias}`
  /// and `post_quant_conv.{weight,bias}`.
  ///
  /// @throws IOException if one is missing, or has another shape
  public static MoVqgan of(Tessera tessera, Weights weights) throws IOException {
    Codebook codebook = Codebook.of(weights.matrix("quantize.embedding.weight", CODES, CHANNELS));
    return new MoVqgan(
        pointwise(tessera, weights, "quant_conv"),
        tessera.quantizer(codebook),
        pointwise(tessera, weights, "post_quant_conv"));
  }

  /// A convolution of 1 x 1 pixels, `[4 x 4 x 1 x 1]`, as a linear layer.
  private static Linear pointwise(Tessera tessera, Weights weights, String name)
      throws IOException {
    FloatMatrix weight = weights.tensor(name + ".weight").flattenTrailing().floats();
    return tessera.linear(weight, weights.vector(name + ".bias", CHANNELS), Activation.NONE);
  }

  /// The codes of an image: `[4 x h x w] -> [h x w]`.
  ///
  /// @throws IllegalArgumentException if there are not four channels
  public TokenIds encode(FloatTensor latents) {
    FloatMatrix pixels = before.apply(Channels.rows(latents, CHANNELS));
    return TokenIds.of(quantizer.encode(pixels).segment(), latents.second(), latents.third());
  }

  /// What the decoder takes for an image's codes `[h x w]`.
  ///
  /// @throws IllegalArgumentException if a code is outside the codebook
  public Latents decode(TokenIds codes) {
    FloatMatrix words = quantizer.decode(TokenIds.of(codes.toArray()));
    return new Latents(
        Channels.image(after.apply(words), codes.rows(), codes.columns()),
        Channels.image(words, codes.rows(), codes.columns()));
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    before.close();
    quantizer.close();
    after.close();
  }
}
