package dev.tessera.internal.bpe;

/// Turns a piece of text that no cache knows into ids. Holds scratch memory: one a thread.
public interface PieceMerger {
  /// Turns `text[from .. from + length)` into ids.
  ///
  /// @param ids `[length]` or longer, written from 0 on
  /// @return how many ids there are, at most `length`
  int merge(byte[] text, int from, int length, int[] ids);
}
