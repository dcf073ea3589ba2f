package dev.tessera.text;

import dev.tessera.internal.bpe.training.WordCounts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Takes lines apart as SentencePiece's trainer does: spaces become U+2581, which begins a word.
/// Bytes that are not UTF-8 become U+FFFD, one each, and texts of meta pieces a tab, which no piece
/// crosses. Lines that are empty, too long or hold U+2585, which the trainer reserves, are left
/// out. For one thread.
final class SentenceCutter implements WordCounting.Cutter {
  /// What stands where a meta piece's text stood.
  static final int BOUNDARY = '\t';

  private static final byte[] SPACE = "\u2581".getBytes(StandardCharsets.UTF_8);
  private static final byte[] RESERVED = "\u2585".getBytes(StandardCharsets.UTF_8);
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);
  private static final byte[][] META = {ascii("<unk>"), ascii("<s>"), ascii("</s>")};
  private static final int BYTE_PIECE_LENGTH = "<0x00>".length();

  private final SentencePieceTrainerOptions options;
  private byte[] sentence = new byte[1 << 14];
  private int length;

  SentenceCutter(SentencePieceTrainerOptions options) {
    this.options = options;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void count(CorpusBatch batch, WordCounts counts) {
    int from = 0;
    for (int document = 0; document < batch.documents(); document++) {
      int to = batch.end(document);
      int end = to > from && batch.bytes()[to - 1] == '\n' ? to - 1 : to;
      if (end > from
          && end - from <= options.longestLineBytes()
          && !holdsReserved(batch.bytes(), from, end)) {
        normalize(batch.bytes(), from, end);
        countWords(counts);
      }
      from = to;
    }
  }

  private static boolean holdsReserved(byte[] text, int from, int to) {
    for (int i = from; i <= to - RESERVED.length; i++) {
      if (text[i] == RESERVED[0] && matches(text, i, to, RESERVED)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] text, int at, int to, byte[] wanted) {
    return at + wanted.length <= to
        && Arrays.equals(text, at, at + wanted.length, wanted, 0, wanted.length);
  }

  private void normalize(byte[] text, int from, int to) {
    length = 0;
    if ((to - from + 1L) * SPACE.length > sentence.length) {
      sentence = new byte[Math.toIntExact((to - from + 1L) * SPACE.length)];
    }
    int at = from;
    while (options.removeExtraWhitespace() && at < to && text[at] == ' ') {
      at++;
    }
    if (at == to) {
      return;
    }
    if (options.dummyPrefix()) {
      append(SPACE);
    }
    boolean dropSpace = options.removeExtraWhitespace();
    while (at < to) {
      int meta = text[at] == '<' ? metaLength(text, at, to) : 0;
      if (text[at] == ' ') {
        if (!dropSpace) {
          append(SPACE);
        }
        dropSpace = options.removeExtraWhitespace();
        at++;
        continue;
      }
      dropSpace = false;
      int bytes = characterLength(text, at, to);
      if (meta > 0) {
        sentence[length++] = BOUNDARY;
        at += meta;
      } else if (bytes == 0) {
        append(REPLACEMENT);
        at++;
      } else {
        System.arraycopy(text, at, sentence, length, bytes);
        length += bytes;
        at += bytes;
      }
    }
    while (options.removeExtraWhitespace()
        && length >= SPACE.length
        && matches(sentence, length - SPACE.length, length, SPACE)) {
      length -= SPACE.length;
    }
  }

  private void append(byte[] bytes) {
    System.arraycopy(bytes, 0, sentence, length, bytes.length);
    length += bytes.length;
  }

  /// How long the meta piece's text is that begins at `at`, or 0.
  private static int metaLength(byte[] text, int at, int to) {
    for (byte[] meta : META) {
      if (matches(text, at, to, meta)) {
        return meta.length;
      }
    }
    boolean bytePiece =
        at + BYTE_PIECE_LENGTH <= to
            && text[at + 1] == '0'
            && text[at + 2] == 'x'
            && isUpperHex(text[at + 3])
            && isUpperHex(text[at + 4])
            && text[at + 5] == '>';
    return bytePiece ? BYTE_PIECE_LENGTH : 0;
  }

  private static boolean isUpperHex(byte digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'A' && digit <= 'F');
  }

  /// How many bytes the character at `at` has, or 0 if it is not valid UTF-8.
  private static int characterLength(byte[] text, int at, int to) {
    int lead = text[at] & 0xFF;
    if (lead < 0x80) {
      return 1;
    }
    int bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + bytes > to) {
      return 0;
    }
    int codePoint = lead & (0x7F >> bytes);
    for (int i = 1; i < bytes; i++) {
      if ((text[at + i] & 0xC0) != 0x80) {
        return 0;
      }
      codePoint = (codePoint << 6) | (text[at + i] & 0x3F);
    }
    int least = bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : 0x80;
    boolean valid =
        codePoint >= least
            && codePoint <= Character.MAX_CODE_POINT
            && !(codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    return valid ? bytes : 0;
  }

  private void countWords(WordCounts counts) {
    int start = 0;
    boolean inSpaces = true;
    for (int at = 0; at < length; ) {
      boolean space = matches(sentence, at, length, SPACE);
      if (at > start && space && !(inSpaces && options.whitespacePieces())) {
        counts.add(sentence, start, at, 1);
        start = at;
      }
      inSpaces = space;
      at += space ? SPACE.length : 1;
    }
    if (length > start) {
      counts.add(sentence, start, length, 1);
    }
  }
}
