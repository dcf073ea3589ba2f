package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.QFormer;
import dev.tessera.nn.QFormerOptions;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;

/// How SEED's image decoder makes one row of an image's tokens: the released weights leave a few
/// elements of each, others let a Q-Former of one query look at them.
sealed interface SeedPooling extends AutoCloseable {
  /// `[n x 32 x width] -> [n x any]`.
  FloatMatrix apply(FloatTensor tokens);

  @Override
  void close();

  /// The one that the weights are for: a `Reverse_Qformer`, or `image_down`.
  static SeedPooling of(Tessera tessera, Weights weights, int width) throws IOException {
    if (weights.has("reverse_tokens")) {
      QFormerOptions options = QFormerOptions.BLIP2.withPrefix("Reverse_Qformer.bert.");
      return new ReverseQFormer(
          tessera.qformer(weights, options), weights.matrix("reverse_tokens", 1, width));
    }
    return new NarrowTokens(
        Mlp.of(
            plain(tessera, weights, "image_down.0", Activation.RELU),
            plain(tessera, weights, "image_down.2", Activation.RELU),
            plain(tessera, weights, "image_down.4", Activation.NONE)));
  }

  private static Linear plain(Tessera tessera, Weights weights, String name, Activation activation)
      throws IOException {
    return tessera.linear(weights.matrix(name + ".weight"), null, activation);
  }

  /// Three layers without a bias leave a few elements a token, which are put side by side.
  record NarrowTokens(Mlp layers) implements SeedPooling {
    @Override
    public FloatMatrix apply(FloatTensor tokens) {
      long rows = tokens.first() * tokens.second();
      FloatMatrix narrow = layers.apply(FloatMatrix.of(tokens.segment(), rows, tokens.third()));
      int wide = Math.toIntExact(narrow.columns() * tokens.second());
      return FloatMatrix.of(narrow.segment(), tokens.first(), wide);
    }

    @Override
    public void close() {
      layers.close();
    }
  }

  /// One learned query looks at the tokens.
  record ReverseQFormer(QFormer qformer, FloatMatrix query) implements SeedPooling {
    @Override
    public FloatMatrix apply(FloatTensor tokens) {
      FloatTensor seen = qformer.apply(tokens, query);
      return FloatMatrix.of(seen.segment(), seen.first(), seen.third());
    }

    @Override
    public void close() {
      qformer.close();
    }
  }
}
