package dev.tessera.kernel;

/// Cuts UTF-8 text into pieces by a [SplitPattern]. Stateless and thread-safe.
public interface SplitKernel {
  /// Cuts `text[from .. to)`, which is followed by the end of the text, from the left, until all is
  /// cut or `ends` is full.
  ///
  /// Nothing before `from` matters: a piece begins there. Bytes that are not valid UTF-8 are each a
  /// character of their own that is neither letter, number nor white space.
  ///
  /// @param text UTF-8
  /// @param from the first byte
  /// @param to one past the last byte
  /// @param ends written with where each piece ends, as an index into `text`, ascending; what is
  ///   behind the last of them is undefined
  /// @return how many pieces were written
  int split(byte[] text, int from, int to, int[] ends);
}
