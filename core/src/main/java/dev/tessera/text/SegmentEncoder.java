package dev.tessera.text;

/// Encodes text in which no special tokens are. Holds scratch memory: one a thread.
interface SegmentEncoder {
  /// Appends the ids of `text[from .. to)`, which the end of the text follows.
  void encode(byte[] text, int from, int to, IdSink sink);
}
