package dev.tessera.text;

import dev.tessera.internal.unicode.Utf8;
import dev.tessera.io.SentencePieceModel;
import dev.tessera.io.SentencePieceModel.Piece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Turns pieces into text as SentencePiece does: U+2581 into spaces, runs of byte pieces into
/// characters, each byte that is in none into U+FFFD; control pieces into nothing; and without the
/// space that was added before the text.
final class SentencePieceDecoder implements TokenDecoder {
  private static final String SPACE = "\u2581";

  private final List<Piece> pieces;
  private final String unknownSurface;
  private final boolean dropsSpace;
  private final boolean dropsAllSpaces;

  SentencePieceDecoder(SentencePieceModel model) {
    pieces = model.pieces();
    unknownSurface = model.unknownSurface();
    dropsAllSpaces = model.normalizer().removeExtraWhitespace();
    dropsSpace = model.normalizer().addDummyPrefix() || dropsAllSpaces;
  }

  @Override
  public String decode(int[] ids, int from, int to, boolean begins) {
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean atStart = begins;
    boolean spaceDropped = false;
    for (int i = from; i < to; i++) {
      Piece piece = pieces.get(ids[i]);
      if (piece.type() == SentencePieceModel.Type.BYTE) {
        bytes.write(Integer.parseInt(piece.text().substring(3, 5), 16));
        continue;
      }
      flush(bytes, text);
      if (spaceDropped || !text.isEmpty()) {
        atStart = false;
      }
      spaceDropped = false;
      switch (piece.type()) {
        case CONTROL -> {}
        case UNKNOWN -> text.append(unknownSurface);
        default -> {
          boolean drop = atStart && dropsSpace && piece.text().startsWith(SPACE);
          spaceDropped = drop && !dropsAllSpaces;
          text.append((drop ? piece.text().substring(1) : piece.text()).replace(SPACE, " "));
        }
      }
    }
    flush(bytes, text);
    return text.toString();
  }

  private static void flush(ByteArrayOutputStream run, StringBuilder text) {
    if (run.size() == 0) {
      return;
    }
    byte[] bytes = run.toByteArray();
    for (int at = 0; at < bytes.length; ) {
      int character = Utf8.decode(bytes, at, bytes.length);
      if (character == Utf8.INVALID) {
        text.append('\uFFFD');
        at++;
      } else {
        text.appendCodePoint(Utf8.codePoint(character));
        at += Utf8.bytes(character);
      }
    }
    run.reset();
  }

  /// The text of a piece, for those who look at tokens one by one.
  static byte[] bytes(Piece piece) {
    return piece.type() == SentencePieceModel.Type.BYTE
        ? new byte[] {(byte) Integer.parseInt(piece.text().substring(3, 5), 16)}
        : piece.text().getBytes(StandardCharsets.UTF_8);
  }
}
