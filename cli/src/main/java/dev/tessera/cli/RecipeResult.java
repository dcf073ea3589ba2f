package dev.tessera.cli;

import dev.tessera.cli.recipe.Made;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a system has made, in words and as the field `tensors` of a summary.
record RecipeResult(Made made) {
  /// As in `ids [2, 32], embeddings [2, 16]`.
  String shown() {
    List<String> shown = new ArrayList<>();
    made.tensors()
        .forEach((name, tensor) -> shown.add(name + " " + Arrays.toString(tensor.shape())));
    byte[] text = made.text();
    if (text != null) {
      shown.add(Text.format("text of %,d bytes", text.length));
    }
    return String.join(", ", shown);
  }

  /// Name, type and shape of each.
  List<Object> tensors() {
    List<Object> tensors = new ArrayList<>();
    made.tensors()
        .forEach(
            (name, tensor) ->
                tensors.add(
                    new Summary()
                        .with("name", name)
                        .with("type", tensor.type())
                        .with("shape", tensor.shape())
                        .fields()));
    return tensors;
  }
}
