package dev.tessera.cli;

import dev.tessera.cli.recipe.EncoderFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The encoder of a system that takes images.
final class EncoderOption {
  static final String NAME = "--encoder";
  static final String OUTPUT = "--encoder-output";

  @Option(
      names = NAME,
      paramLabel = "MODEL.onnx",
      description =
          "The system's encoder, exported to ONNX: the first input is then image files, several for"
              + " a system that takes several; in a sequence --image takes them, too.")
  private @Nullable Path model;

  @Option(
      names = OUTPUT,
      paramLabel = "NAME",
      description = "Which output of the encoder to take, if it has several.")
  private @Nullable String output;

  @Nullable Path model() {
    return model;
  }

  /// The encoder; null if none is given.
  ///
  /// @param threads that share an operation
  @Nullable EncoderFile file(int threads) {
    return model == null ? null : new EncoderFile(model, output, threads);
  }
}
