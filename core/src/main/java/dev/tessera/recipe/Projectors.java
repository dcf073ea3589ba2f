package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Projectors to a language model's width as LLaVA stores them: one layer called by the projector's
/// name, or layers called by the even numbers below it, with the exact GELU between them.
final class Projectors {
  private Projectors() {}

  /// The projector `name`, its sizes those of its weights.
  ///
  /// @throws IOException if there is none
  static Mlp of(Tessera tessera, Weights weights, String name) throws IOException {
    if (weights.has(name + ".weight")) {
      return Mlp.of(layer(tessera, weights, name, Activation.NONE));
    }
    List<Linear> layers = new ArrayList<>();
    do {
      int at = 2 * layers.size();
      boolean last = !weights.has(name + "." + (at + 2) + ".weight");
      layers.add(
          layer(tessera, weights, name + "." + at, last ? Activation.NONE : Activation.GELU));
    } while (weights.has(name + "." + 2 * layers.size() + ".weight"));
    return Mlp.of(layers.toArray(Linear[]::new));
  }

  /// The layer `name`, its sizes those of its weights.
  static Linear layer(Tessera tessera, Weights weights, String name, Activation activation)
      throws IOException {
    long[] shape = weights.tensor(name + ".weight").shape();
    int outputs = shape.length == 2 ? Math.toIntExact(shape[0]) : 1;
    int inputs = shape.length == 2 ? Math.toIntExact(shape[1]) : 1;
    return tessera.linear(weights, name, inputs, outputs, activation);
  }
}
