package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a tensor lies: `FILE.npy`, `FILE.npz:NAME`, `FILE.safetensors:NAME` or `FILE.pt:NAME`, the
/// format told by the file's extension in either case; a checkpoint of PyTorch may also be called
/// `.pth`, `.bin` or `.ckpt`.
///
/// @param file the file
/// @param name the tensor in it; null for `.npy`, which holds one without a name, for a checkpoint
///   that is a tensor and nothing around it, or where none was given
public record TensorLocation(Path file, @Nullable String name) {

  @SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
  private enum Format {
    NPY(".npy"),
    NPZ(".npz"),
    SAFETENSORS(".safetensors"),
    TORCH(".pt", ".pth", ".bin", ".ckpt");

    private final List<String> extensions;

    Format(String... extensions) {
      this.extensions = List.of(extensions);
    }
  }

  /// @throws IllegalArgumentException if the file has none of the extensions, or the name of a
  ///   tensor stands behind a `.npy`
  public TensorLocation {
    Format format = format(file);
    if (format == Format.NPY && name != null) {
      throw new IllegalArgumentException(
          file + " holds one tensor without a name: leave ':" + name + "' out");
    }
  }

  /// Reads `FILE` or `FILE:NAME`. The name begins behind the first `:` that follows one of the
  /// extensions, so that drive letters and colons in names do no harm.
  ///
  /// @throws IllegalArgumentException as the constructor, or if the file is no path
  public static TensorLocation parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int colon = -1;
    for (Format format : Format.values()) {
      for (String extension : format.extensions) {
        int found = lower.indexOf(extension + ":");
        if (found >= 0 && (colon < 0 || found + extension.length() < colon)) {
          colon = found + extension.length();
        }
      }
    }
    return colon < 0
        ? new TensorLocation(Path.of(text), null)
        : new TensorLocation(Path.of(text.substring(0, colon)), text.substring(colon + 1));
  }

  private static Format format(Path file) {
    String lower = file.toString().toLowerCase(Locale.ROOT);
    for (Format format : Format.values()) {
      if (format.extensions.stream().anyMatch(lower::endsWith)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "expected FILE.npy, FILE.npz:NAME, FILE.safetensors:NAME or FILE.pt:NAME, found "
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
    if (format(file) == Format.NPY) {
      return Npy.open(file, arena);
    }
    TensorFile tensors = openFile(file, arena);
    if (name == null && !tensors.names().equals(List.of(""))) {
      throw FormatException.noSuchTensor(file.toString(), null, tensors.names());
    }
    return tensors.tensor(name == null ? "" : name);
  }

  /// Opens a file of named tensors, the format told by its extension.
  static TensorFile openFile(Path file, Arena arena) throws IOException {
    return switch (format(file)) {
      case NPY ->
          throw new IllegalArgumentException(
              file + " holds one tensor without a name, not several with names");
      case NPZ -> Npz.open(file, arena);
      case SAFETENSORS -> Safetensors.open(file, arena);
      case TORCH -> TorchCheckpoint.open(file, arena);
    };
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    return name == null ? file.toString() : file + ":" + name;
  }
}
