package dev.tessera.text;

import dev.tessera.internal.bpe.PieceEncoder;
import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.SplitKernel;

/// Encodes text with spaces as text whose spaces are escaped ([EscapedSpaces]): that need not be
/// written first, and of pieces that begin with a space more are short.
final class SpacedTextEncoder implements SegmentEncoder {
  /// As many bytes are copied behind an added space at first.
  private static final int LEAST_HEAD = 64;

  /// The longest character in UTF-8, in bytes.
  private static final int CHARACTER_BYTES = 4;

  private final SplitKernel splitter;
  private final ByteLevelEncoder encoder;
  private final int[] ends = new int[1];
  private byte[] head = new byte[LEAST_HEAD + PieceProbe.READ_BYTES];

  /// @param splitter cuts text with spaces
  /// @param encoder knows spaces, too
  SpacedTextEncoder(SplitKernel splitter, PieceEncoder encoder) {
    this.splitter = splitter;
    this.encoder = new ByteLevelEncoder(splitter, encoder);
  }

  @Override
  public void encode(byte[] text, int from, int to, IdSink sink) {
    encoder.encode(text, from, to, sink);
  }

  /// As [#encode], as if a space stood before the text.
  void encodeBehindSpace(byte[] text, int from, int to, IdSink sink) {
    int length = Math.min(LEAST_HEAD, to - from);
    while (true) {
      if (head.length <= length) {
        head = new byte[length + 1];
      }
      head[0] = ' ';
      System.arraycopy(text, from, head, 1, length);
      var _ = splitter.split(head, 0, length + 1, ends);
      if (length == to - from || ends[0] <= length + 1 - CHARACTER_BYTES) {
        // what is cut here is cut in the whole text: it lies behind, with the next character
        encoder.encode(head, 0, ends[0], sink);
        encoder.encode(text, from + ends[0] - 1, to, sink);
        return;
      }
      length = (int) Math.min(2L * length, to - from);
    }
  }
}
