package dev.tessera.io;

import java.io.IOException;
import java.util.List;

/// An open file of named tensors. Safe for use by many threads, as far as the arena that it was
/// opened in lets them.
public sealed interface TensorFile permits Npz, Safetensors {
  /// The names of the tensors, in the order of the file.
  List<String> names();

  /// The tensor called `name`.
  ///
  /// @throws FormatException if there is none: lists those that there are; or it is not what the
  ///   file says
  Tensor tensor(String name) throws IOException;
}
