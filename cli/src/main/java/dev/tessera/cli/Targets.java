package dev.tessera.cli;

import dev.tessera.io.TensorLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// Files that a command writes, none of which may replace one that it reads.
record Targets(CommandLine command, List<Path> files) {
  /// Refuses an input that would be replaced.
  void keep(Path input) throws IOException {
    for (Path target : files) {
      if (Files.exists(target) && Files.exists(input) && Files.isSameFile(target, input)) {
        throw new ParameterException(
            command, "the output " + target + " would replace the input of that name");
      }
    }
  }

  /// Refuses an input that would be replaced.
  ///
  /// @param input a file, or a tensor in one
  void keep(String input) throws IOException {
    keep(file(input));
  }

  private static Path file(String input) {
    try {
      return TensorLocation.parse(input).file();
    } catch (IllegalArgumentException e) {
      return Path.of(input); // an image, a graph or a text
    }
  }
}
