package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/// An open file of named tensors. Safe for use by many threads, as far as the arena that it was
/// opened in lets them.
public sealed interface TensorFile permits Npz, Safetensors, TorchCheckpoint {
  /// Opens a file by its extension: `.npz`, `.safetensors`, or `.pt`, `.pth`, `.bin` and `.ckpt`
  /// for a checkpoint of PyTorch. The mapping ends when this and the tensors and all views of them
  /// are unreachable.
  ///
  /// @throws IllegalArgumentException if the extension is another one
  /// @throws FormatException if the file is not what it claims to be
  static TensorFile open(Path file) throws IOException {
    return open(file, Arena.ofAuto());
  }

  /// As [#open(Path)], for as long as `arena` lives.
  static TensorFile open(Path file, Arena arena) throws IOException {
    return TensorLocation.openFile(file, arena);
  }

  /// The names of the tensors, in the order of the file.
  List<String> names();

  /// The tensor called `name`.
  ///
  /// @throws FormatException if there is none: lists those that there are; or it is not what the
  ///   file says
  Tensor tensor(String name) throws IOException;
}
