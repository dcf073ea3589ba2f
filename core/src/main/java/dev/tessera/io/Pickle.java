package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// Python pickles of plain values, protocols 2 to 5: read as data, nothing in them is executed.
///
/// | Python | here |
/// |---|---|
/// | `None` | [#NONE] |
/// | `bool`, `float`, `str`, `bytes` | `Boolean`, `Double`, `String`, `byte[]` |
/// | `int` | `Long`, a `BigInteger` where that is too small |
/// | `list` | `List` |
/// | `tuple` | `List`, which cannot be changed |
/// | `dict`, `OrderedDict` | `Map`, in its order |
///
/// A pickle that names any other class or function is refused, with its name. One of more than 16
/// MiB is refused, too.
public final class Pickle {
  /// Python's `None`.
  public static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private Pickle() {}

  /// The value that a file holds.
  ///
  /// A list, a dict or a tuple may hold itself, or one other many times: do not descend without a
  /// limit.
  ///
  /// @throws FormatException if it is no pickle, or holds anything else; names the byte
  public static Object read(Path file) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      return parse(FileBytes.map(file, arena));
    }
  }

  static Object parse(FileBytes file) throws FormatException {
    return PickleMachine.run(file, new PickleScope());
  }
}
