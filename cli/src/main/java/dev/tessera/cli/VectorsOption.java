package dev.tessera.cli;

import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/// The file of vectors that a command reads.
final class VectorsOption {
  /// Reads `FILE` or `FILE:NAME`.
  static final class LocationConverter implements ITypeConverter<TensorLocation> {
    @Override
    public TensorLocation convert(String text) {
      try {
        return TensorLocation.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "VECTORS",
      converter = LocationConverter.class,
      description = {
        "The vectors [n x dim]: FILE.npy, FILE.npz:NAME, FILE.safetensors:NAME, FILE.pt:NAME.",
        "float16, bfloat16, float32, or what is exact in float32."
      })
  private @Nullable TensorLocation vectors;

  @Option(
      names = "--round",
      description =
          "Take the nearest float32 of numbers that float32 cannot hold, instead of refusing them.")
  private boolean round;

  @Option(
      names = "--flatten",
      description = "Take all axes but the first as one: [n x hops x dim] as [n x hops * dim].")
  private boolean flatten;

  TensorLocation location() {
    if (vectors == null) {
      throw new IllegalStateException("picocli has not parsed the arguments");
    }
    return vectors;
  }

  Rounding rounding() {
    return round ? Rounding.NEAREST : Rounding.EXACT;
  }

  /// Opens the vectors.
  Tensor open() throws IOException {
    Tensor tensor = flatten ? location().open().flattenTrailing() : location().open();
    if (tensor.shape().length > 2) {
      throw new IOException(
          "%s: expected two axes [rows x columns], found the shape %s; --flatten takes all axes but"
                  .formatted(tensor.source(), Arrays.toString(tensor.shape()))
              + " the first as one");
    }
    int _ = tensor.columns(); // a matrix, or an error now
    return tensor;
  }

  /// An error of reading numbers with, where it helps, a word on `--round`.
  IOException explain(IOException e) {
    return explained(e);
  }

  /// As [#explain], for other inputs that take `--round`.
  static IOException explained(IOException e) {
    boolean inexact = String.valueOf(e.getMessage()).contains("cannot hold exactly");
    return inexact ? new IOException(e.getMessage() + " (--round)", e) : e;
  }

  /// Refuses an output that would replace an input.
  void keepInput(Path output, TensorLocation input) throws IOException {
    if (Files.exists(output)
        && Files.exists(input.file())
        && Files.isSameFile(output, input.file())) {
      throw new ParameterException(
          command.commandLine(), "the output " + output + " would replace the input of that name");
    }
  }
}
