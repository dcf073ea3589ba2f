package dev.tessera.text;

/// Takes the pieces of a text, one after the other.
@FunctionalInterface
public interface PieceSink {
  /// Takes a piece: `bytes[from .. to)`, never empty.
  ///
  /// @param bytes the text itself, or, where a pre-tokenizer inserts or replaces, what it was
  ///   changed into; to be left as it is
  /// @param sourceFrom where in the text the piece stems from begins
  /// @param sourceTo where in the text the piece stems from ends; equal to `sourceFrom` if all of
  ///   it was inserted
  void piece(byte[] bytes, int from, int to, int sourceFrom, int sourceTo);
}
