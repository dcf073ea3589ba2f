package dev.tessera.cli.recipe;

import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The inputs of a system that are images, through its encoder.
final class EncodedImages implements AutoCloseable {
  private final String system;
  private final Path file;
  private final ImageEncoder encoder;

  private EncodedImages(String system, Path file, ImageEncoder encoder) {
    this.system = system;
    this.file = file;
    this.encoder = encoder;
  }

  static EncodedImages open(Recipe recipe, @Nullable EncoderFile file, RecipeRun run)
      throws IOException {
    if (file == null) {
      throw new IllegalStateException("there is no encoder");
    }
    OptionalModule.ENCODERS.require("--encoder");
    return new EncodedImages(
        recipe.name(), file.file(), ImageEncoder.open(file, recipe.preparation(), run));
  }

  /// What the encoder makes of files.
  ///
  /// @param several whether the system takes any number of images, the number of them first
  /// @throws IllegalArgumentException if it takes one, and there are more: says how many
  Tensor encode(List<String> files, boolean several) throws IOException {
    if (!several) {
      if (files.size() != 1) {
        throw new IllegalArgumentException(
            "%s takes one image at a time, found %d".formatted(system, files.size()));
      }
      return Tensor.of(encoder.encode(Path.of(files.getFirst())));
    }
    List<FloatTensor> images = new ArrayList<>();
    for (String file : files) {
      images.add(encoder.encode(Path.of(file)));
    }
    return Tensor.of(stacked(images));
  }

  private static FloatTensor stacked(List<FloatTensor> images) {
    FloatTensor first = images.getFirst();
    FloatTensor all = FloatTensor.allocate(images.size(), first.second(), first.third());
    for (int i = 0; i < images.size(); i++) {
      FloatTensor one = images.get(i);
      if (one.first() != 1 || one.second() != first.second() || one.third() != first.third()) {
        throw new IllegalArgumentException(
            "expected [1 x %d x %d] of image %d, found %s"
                .formatted(first.second(), first.third(), i + 1, one));
      }
      all.atFirst(i).segment().copyFrom(one.segment());
    }
    return all;
  }

  /// The file of the encoder.
  @Override
  public String toString() {
    return file.toString();
  }

  @Override
  public void close() {
    encoder.close();
  }
}
