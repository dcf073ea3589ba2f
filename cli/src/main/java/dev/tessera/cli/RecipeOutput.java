package dev.tessera.cli;

import dev.tessera.cli.recipe.Made;
import dev.tessera.cli.recipe.Slot;
import dev.tessera.io.AtomicFile;
import dev.tessera.io.Npy;
import dev.tessera.io.Npz;
import dev.tessera.io.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// Where the tensors or the text of a system go, told by the extension of the file.
record RecipeOutput(Path target, Format format) {
  private enum Format {
    TEXT,
    NPY,
    NPZ,
    SAFETENSORS
  }

  static RecipeOutput to(Path target, List<Slot> outputs, CommandLine command) {
    if (outputs.getFirst().kind() == Slot.Kind.TEXT) {
      return new RecipeOutput(target, Format.TEXT);
    }
    String name = target.toString().toLowerCase(Locale.ROOT);
    for (Format format : List.of(Format.NPY, Format.NPZ, Format.SAFETENSORS)) {
      if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
        return new RecipeOutput(target, format);
      }
    }
    throw new ParameterException(
        command, "--output: expected FILE.npy, FILE.npz or FILE.safetensors, found " + target);
  }

  /// Writes what has been made; the file appears whole or not at all.
  RecipeOutput write(Made made) throws IOException {
    switch (format) {
      case TEXT -> {
        byte[] text = made.text();
        AtomicFile.write(
            target, (OutputStream out) -> out.write(text == null ? new byte[0] : text));
      }
      case NPY -> Npy.write(target, made.tensors().values().iterator().next());
      case NPZ -> Npz.write(target, made.tensors());
      case SAFETENSORS -> Safetensors.write(target, made.tensors());
    }
    return this;
  }
}
