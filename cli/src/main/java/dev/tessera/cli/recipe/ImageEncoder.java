package dev.tessera.cli.recipe;

import dev.tessera.encoders.OnnxEncoder;
import dev.tessera.encoders.OnnxOptions;
import dev.tessera.encoders.Preprocessing;
import dev.tessera.encoders.Resampling;
import dev.tessera.encoders.SampleRange;
import dev.tessera.encoders.Sizing;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a system takes, made of image files by its encoder. The one class that knows the module
/// `encoders`.
final class ImageEncoder implements AutoCloseable {
  private final OnnxEncoder encoder;

  private ImageEncoder(OnnxEncoder encoder) {
    this.encoder = encoder;
  }

  /// @param run whose settings the preparation asks
  static ImageEncoder open(EncoderFile encoder, Preparation preparation, RecipeRun run)
      throws IOException {
    OnnxOptions options = OnnxOptions.DEFAULT.withThreads(encoder.threads());
    if (encoder.output() != null) {
      options = options.withOutput(encoder.output());
    }
    try {
      return new ImageEncoder(
          OnnxEncoder.open(encoder.file(), preprocessing(preparation, run), options));
    } catch (IllegalStateException e) { // ONNX Runtime has no library for this platform
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Preprocessing preprocessing(Preparation preparation, RecipeRun run) {
    return switch (preparation) {
      case NONE -> throw new IllegalStateException("there are no images");
      case CLIP -> {
        Preprocessing square = Preprocessing.clip(run.integer("side"));
        yield run.setting("aspect").equals("pad") ? square.withSquare() : square;
      }
      case EVA_CLIP -> Preprocessing.evaClip();
      case DALL_E -> Preprocessing.dallE();
      case EMU3 -> Preprocessing.emu3();
      case MOVQGAN -> {
        int side = run.integer("side");
        yield Preprocessing.of(
                Sizing.shorterSide(side), Resampling.BICUBIC, SampleRange.MINUS_ONE_TO_ONE)
            .withCrop(side, side);
      }
    };
  }

  /// What the encoder makes of an image.
  ///
  /// @throws IOException if the file is no image, or the encoder does not take it: names it
  FloatTensor encode(Path image) throws IOException {
    byte[] file = Files.readAllBytes(image);
    try {
      return encoder.encode(file);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new IOException(image + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    encoder.close();
  }
}
