package dev.tessera.text;

import dev.tessera.internal.bpe.CharacterCuts;
import dev.tessera.internal.bpe.LoneCharacters;
import dev.tessera.internal.bpe.PieceEncoder;

/// Encodes text whose characters are the symbols: those that are joined with nothing one by one, as
/// most of Chinese and Japanese in a vocabulary made for other languages, and what lies between
/// them cut into pieces.
final class CharacterEncoder implements SegmentEncoder {
  /// As many bytes are copied behind an added space at first.
  private static final int LEAST_HEAD = 64;

  /// The longest character in UTF-8, in bytes.
  private static final int CHARACTER_BYTES = 4;

  /// As many bytes of lone characters are encoded at a time.
  private static final int RUN_BYTES = 1 << 12;

  private final CharacterCuts cuts;
  private final LoneCharacters lone;
  private final ByteLevelEncoder pieces;
  private final boolean knowsSpaces;
  private final int[] firstEnd = new int[1];
  private byte[] head = new byte[LEAST_HEAD + 1];

  /// @param lone what `cuts` stop at
  /// @param knowsSpaces whether the symbols are those of text whose spaces are not escaped
  CharacterEncoder(
      CharacterCuts cuts, LoneCharacters lone, PieceEncoder encoder, boolean knowsSpaces) {
    this.cuts = cuts;
    this.lone = lone;
    pieces = new ByteLevelEncoder(cuts, encoder);
    this.knowsSpaces = knowsSpaces;
  }

  /// Whether text can be encoded as it comes, a space taken for what it becomes ([EscapedSpaces]):
  /// that need not be written first, and more pieces are short.
  boolean knowsSpaces() {
    return knowsSpaces;
  }

  @Override
  public void encode(byte[] text, int from, int to, IdSink sink) {
    for (int at = from; at < to; ) {
      int begin = encodeLone(text, at, to, sink);
      at = begin == at ? pieces.encodeSome(text, at, to, sink) : begin;
    }
  }

  /// Encodes the lone characters that stand at `from`, or some of them.
  ///
  /// @return where the last one ends
  private int encodeLone(byte[] text, int from, int to, IdSink sink) {
    sink.reserve(RUN_BYTES);
    int end = from + Math.min(to - from, RUN_BYTES);
    long encoded = lone.encode(text, from, end, sink.ids, sink.size);
    sink.size += (int) (encoded >>> Integer.SIZE);
    return (int) encoded;
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
      var _ = cuts.split(head, 0, length + 1, firstEnd);
      if (length == to - from || firstEnd[0] <= length + 1 - CHARACTER_BYTES) {
        // what is cut here is cut in the whole text: it lies behind, with the next character
        encode(head, 0, firstEnd[0], sink);
        encode(text, from + firstEnd[0] - 1, to, sink);
        return;
      }
      length = (int) Math.min(2L * length, to - from);
    }
  }
}
