package dev.tessera.cli;

import dev.tessera.cli.recipe.EncoderFile;
import dev.tessera.cli.recipe.Given;
import dev.tessera.io.Rounding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a system is given besides its inputs: weights, a vocabulary, an encoder.
final class GivenOptions {
  static final String WEIGHTS = "--weights";
  static final String PREFIX = "--prefix";
  static final String TOKENIZER = "--tokenizer";
  static final String ENCODER = "--encoder";
  static final String ENCODER_OUTPUT = "--encoder-output";

  @Option(
      names = WEIGHTS,
      paramLabel = "FILE",
      description =
          "The weights: .safetensors, .npz, or a PyTorch checkpoint (.pt, .pth, .bin, .ckpt).")
  private @Nullable Path weights;

  @Option(
      names = PREFIX,
      defaultValue = "",
      paramLabel = "TEXT",
      description = "What the names of the weights begin with, before the published ones.")
  private String prefix = "";

  @Option(
      names = TOKENIZER,
      paramLabel = "FILE",
      description =
          "The vocabulary of text: tokenizer.model, or tokenizer.json or .tiktoken where text is"
              + " byte-level.")
  private @Nullable Path tokenizer;

  @Option(
      names = ENCODER,
      paramLabel = "MODEL.onnx",
      description =
          "The system's encoder, exported to ONNX: the first input is then image files, several for"
              + " a system that takes several; in a sequence --image takes them, too.")
  private @Nullable Path encoder;

  @Option(
      names = ENCODER_OUTPUT,
      paramLabel = "NAME",
      description = "Which output of the encoder to take, if it has several.")
  private @Nullable String encoderOutput;

  @Option(
      names = "--round",
      description =
          "Take the nearest float32 of numbers that float32 cannot hold, instead of refusing them.")
  private boolean round;

  @Nullable Path weights() {
    return weights;
  }

  @Nullable Path encoder() {
    return encoder;
  }

  /// The files among it.
  List<Path> files() {
    return Stream.of(weights, tokenizer, encoder).filter(Objects::nonNull).toList();
  }

  /// All of it.
  ///
  /// @param threads that share an operation of the encoder
  /// @param settings values by the names of settings
  Given with(int threads, Map<String, String> settings) {
    return new Given(
        weights,
        prefix,
        tokenizer,
        encoder == null ? null : new EncoderFile(encoder, encoderOutput, threads),
        settings,
        round ? Rounding.NEAREST : Rounding.EXACT);
  }
}
