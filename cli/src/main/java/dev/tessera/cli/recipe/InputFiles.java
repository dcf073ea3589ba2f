package dev.tessera.cli.recipe;

import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The files that go into a system, by the slots that they are for: tensors, and images where an
/// encoder is given.
final class InputFiles {
  private final Recipe recipe;
  private final List<Slot> slots;
  private final Map<String, List<String>> files = new HashMap<>();
  private final Map<String, Long> bound = new HashMap<>();
  private final boolean areImages;

  /// @param inputs a file for each slot, or images for the first one
  InputFiles(Recipe recipe, List<Slot> slots, List<String> inputs, boolean areImages) {
    this.recipe = recipe;
    this.slots = slots;
    this.areImages = areImages;
    if (areImages && !inputs.isEmpty()) {
      files.put(slots.getFirst().name(), inputs);
    } else {
      for (int i = 0; i < inputs.size(); i++) {
        files.put(slots.get(i).name(), List.of(inputs.get(i)));
      }
    }
  }

  boolean has(String input) {
    return files.containsKey(input);
  }

  /// The file of an input that is no tensor.
  Path path(String input) {
    return Path.of(sources(input).getFirst());
  }

  private List<String> sources(String input) {
    List<String> sources = files.get(input);
    if (sources == null) {
      throw new IllegalArgumentException("the input " + input + " is missing");
    }
    return sources;
  }

  /// The tensor of an input, whose shape is that of the slot.
  ///
  /// @param images what the files go through if they are images
  Tensor open(String input, OpenedOnce.Opening<EncodedImages> images) throws IOException {
    List<String> sources = sources(input);
    Slot slot = slots.stream().filter(each -> each.name().equals(input)).findFirst().orElseThrow();
    Axes axes = slot.axes();
    Tensor tensor =
        areImages
            ? images.open().encode(sources, axes != null && axes.countFirst())
            : tensor(sources.getFirst());
    if (axes != null && !axes.bind(tensor.shape(), bound)) {
      throw new FormatException(
          "%s: expected %s %s, found %s"
              .formatted(
                  areImages ? images.open() : tensor.source(),
                  input,
                  axes.expected(bound),
                  Axes.text(tensor.shape())));
    }
    return tensor;
  }

  /// The tensor in a file.
  Tensor tensor(String source) throws IOException {
    TensorLocation location;
    try {
      location = TensorLocation.parse(source);
    } catch (IllegalArgumentException e) {
      throw recipe.takesImages() && !areImages
          ? new IllegalArgumentException(
              e.getMessage() + " (an image needs --encoder MODEL.onnx)", e)
          : e;
    }
    return location.open();
  }
}
