package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a tensor lies: `FILE.npy`, `FILE.npz:NAME` or `FILE.safetensors:NAME`, the format told by
/// the file's extension in either case.
///
/// @param file the file
/// @param name the tensor in it; null for `.npy`, which holds one without a name, or where none was
///   given
public record TensorLocation(Path file, @Nullable String name) {

  private enum Format {
    NPY(".npy"),
    NPZ(".npz"),
    SAFETENSORS(".safetensors");

    private final String extension;

    Format(String extension) {
      this.extension = extension;
    }
  }

  /// @throws IllegalArgumentException if the file has none of the three extensions, or the name of
  ///   a tensor stands behind a `.npy`
  public TensorLocation {
    Format format = format(file);
    if (format == Format.NPY && name != null) {
      throw new IllegalArgumentException(
          file + " holds one tensor without a name: leave ':" + name + "' out");
    }
  }

  /// Reads `FILE` or `FILE:NAME`. The name begins behind the first `:` that follows one of the
  /// three extensions, so that drive letters and colons in names do no harm.
  ///
  /// @throws IllegalArgumentException as the constructor, or if the file is no path
  public static TensorLocation parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int colon = -1;
    for (Format format : Format.values()) {
      int found = lower.indexOf(format.extension + ":");
      if (found >= 0 && (colon < 0 || found + format.extension.length() < colon)) {
        colon = found + format.extension.length();
      }
    }
    return colon < 0
        ? new TensorLocation(Path.of(text), null)
        : new TensorLocation(Path.of(text.substring(0, colon)), text.substring(colon + 1));
  }

  private static Format format(Path file) {
    String lower = file.toString().toLowerCase(Locale.ROOT);
    for (Format format : Format.values()) {
      if (lower.endsWith(format.extension)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "expected FILE.npy, FILE.npz:NAME or FILE.safetensors:NAME, found "
            + FormatException.quote(file.toString()));
  }

  /// Opens the tensor; its memory is freed when it and all views of it are unreachable.
  ///
  /// @throws FormatException if the file is not what it claims to be, or has no such tensor: lists
  ///   those that it has
  public Tensor open() throws IOException {
    return open(Arena.ofAuto());
  }

  /// Opens the tensor for as long as `arena` lives.
  ///
  /// @throws FormatException if the file is not what it claims to be, or has no such tensor: lists
  ///   those that it has
  public Tensor open(Arena arena) throws IOException {
    return switch (format(file)) {
      case NPY -> Npy.open(file, arena);
      case NPZ -> named(Npz.open(file, arena));
      case SAFETENSORS -> named(Safetensors.open(file, arena));
    };
  }

  private Tensor named(TensorFile tensors) throws IOException {
    if (name == null) {
      throw FormatException.noSuchTensor(file.toString(), null, tensors.names());
    }
    return tensors.tensor(name);
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    return name == null ? file.toString() : file + ":" + name;
  }
}
