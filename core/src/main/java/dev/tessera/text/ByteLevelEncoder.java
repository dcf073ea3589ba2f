package dev.tessera.text;

import dev.tessera.internal.bpe.PieceEncoder;
import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.SplitKernel;

/// Cuts text into pieces and encodes them one after the other.
final class ByteLevelEncoder implements SegmentEncoder {
  /// Pieces that are cut at a time: their ends stay in the first-level cache.
  static final int PIECES = 1024;

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
      int pieces = splitter.split(text, at, to, ends);
      int end = ends[pieces - 1];
      sink.reserve(end - at + PieceProbe.SPARE_IDS);
      sink.size = encoder.encode(text, at, ends, pieces, sink.ids, sink.size);
      at = end;
    }
  }
}
