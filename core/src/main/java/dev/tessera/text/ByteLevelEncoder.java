package dev.tessera.text;

import dev.tessera.internal.bpe.PieceEncoder;
import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.SplitKernel;

/// Cuts text into pieces and encodes them one after the other.
final class ByteLevelEncoder implements SegmentEncoder {
  /// Pieces that are cut at a time: their ends stay in the first-level cache.
  private static final int PIECES = 1024;

  private final SplitKernel splitter;
  private final PieceEncoder encoder;
  private final int[] ends = new int[PIECES];

  ByteLevelEncoder(SplitKernel splitter, PieceEncoder encoder) {
    this.splitter = splitter;
    this.encoder = encoder;
  }

  @Override
  public void encode(byte[] text, int from, int to, IdSink sink) {
    for (int at = from; at < to; ) {
      at = encodeSome(text, at, to, sink);
    }
  }

  /// Appends the ids of the first pieces of `text[from .. to)`, as many as are cut at a time.
  ///
  /// @return where the last one ends
  int encodeSome(byte[] text, int from, int to, IdSink sink) {
    int pieces = splitter.split(text, from, to, ends);
    int end = ends[pieces - 1];
    sink.reserve(end - from + PieceProbe.SPARE_IDS);
    sink.size = encoder.encode(text, from, ends, pieces, sink.ids, sink.size);
    return end;
  }
}
