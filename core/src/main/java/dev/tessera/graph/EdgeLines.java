package dev.tessera.graph;

import dev.tessera.io.FormatException;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The lines of a text of edges that begin in one block of it. For one thread.
final class EdgeLines {
  /// No number that is read is longer.
  private static final int MOST_CHARACTERS = 64;

  private final String file;
  private final MemorySegment text;
  private final long begin;
  private final long end;

  private long at;
  private long lines;
  private long edges;
  private int fieldsOfFirst;

  /// @param end one past the last byte at which a line may begin that is still this block's
  EdgeLines(String file, MemorySegment text, long begin, long end) {
    this.file = file;
    this.text = text;
    this.begin = begin;
    this.end = Math.min(end, text.byteSize());
  }

  /// Lines of the block.
  long lines() {
    return lines;
  }

  /// Lines of the block that hold an edge.
  long edges() {
    return edges;
  }

  /// How many fields the first edge of the block has; 0 without one.
  int fieldsOfFirst() {
    return fieldsOfFirst;
  }

  /// Counts lines and edges.
  void count() {
    for (seekFirst(); at < end; lines++) {
      int fields = 0;
      while (skipToField()) {
        fields++;
        skipField();
      }
      if (fields > 0) {
        edges++;
        fieldsOfFirst = fieldsOfFirst == 0 ? fields : fieldsOfFirst;
      }
      skipLine();
    }
  }

  /// Reads the edges.
  ///
  /// @param firstLine how many lines stand before the block
  /// @param firstEdge where its first edge goes
  void read(long firstLine, long firstEdge, TokenIds pairs, @Nullable FloatMatrix weights)
      throws FormatException {
    lines = firstLine;
    long edge = firstEdge;
    for (seekFirst(); at < end; lines++) {
      if (skipToField()) {
        pairs.set(edge, 0, readNode("a source"));
        pairs.set(edge, 1, readNode("a target"));
        if (weights != null) {
          weights.set(edge, 0, readWeight());
        }
        if (skipToField()) {
          throw error(
              weights == null
                  ? "the end of the line behind a source and a target, as on the first line"
                  : "the end of the line behind a source, a target and a weight");
        }
        edge++;
      }
      skipLine();
    }
  }

  /// The first line that begins here: behind a line's end, or at the beginning of the text.
  private void seekFirst() {
    at = begin;
    if (begin == 0) {
      skipByteOrderMark();
    } else {
      at--;
      skipLine();
    }
  }

  private void skipByteOrderMark() {
    if (text.byteSize() >= 3
        && byteAt(0) == (byte) 0xef
        && byteAt(1) == (byte) 0xbb
        && byteAt(2) == (byte) 0xbf) {
      at = 3;
    }
  }

  /// Behind the next line feed.
  private void skipLine() {
    while (at < text.byteSize() && byteAt(at) != '\n') {
      at++;
    }
    at++;
  }

  /// Whether there is another field in this line: goes there.
  private boolean skipToField() {
    while (at < text.byteSize()) {
      switch (byteAt(at)) {
        case ' ', '\t', ',', ';', '\r' -> at++;
        case '\n', '#', '%' -> {
          return false;
        }
        default -> {
          return true;
        }
      }
    }
    return false;
  }

  private void skipField() {
    while (at < text.byteSize() && !endsField(byteAt(at))) {
      at++;
    }
  }

  private static boolean endsField(byte character) {
    return switch (character) {
      case ' ', '\t', ',', ';', '\r', '\n', '#', '%' -> true;
      default -> false;
    };
  }

  private int readNode(String what) throws FormatException {
    if (!skipToField()) {
      throw error(what);
    }
    long start = at;
    long id = 0;
    while (at < text.byteSize() && !endsField(byteAt(at))) {
      int digit = byteAt(at) - '0';
      id = id * 10 + digit;
      if (digit < 0 || digit > 9 || id >= Integer.MAX_VALUE) {
        at = start;
        throw error(what + ", a number from 0 to " + (Integer.MAX_VALUE - 1));
      }
      at++;
    }
    return (int) id;
  }

  private float readWeight() throws FormatException {
    if (!skipToField()) {
      throw error("a weight, as on the first line");
    }
    long start = at;
    skipField();
    String field = string(start, at);
    for (int i = 0; i < field.length(); i++) {
      if ("0123456789+-.eE".indexOf(field.charAt(i)) < 0) {
        at = start;
        throw error("a weight, a decimal number");
      }
    }
    try {
      return Float.parseFloat(field);
    } catch (NumberFormatException e) {
      at = start;
      throw error("a weight, a decimal number");
    }
  }

  private String string(long from, long to) {
    int length = (int) Math.min(MOST_CHARACTERS, to - from);
    byte[] bytes = text.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private FormatException error(String expected) {
    long start = at;
    skipField();
    String found = start == at ? "the end of the line" : FormatException.quote(string(start, at));
    return new FormatException(
        "%s, line %d: expected %s, found %s".formatted(file, lines + 1, expected, found));
  }

  private byte byteAt(long place) {
    return text.get(ValueLayout.JAVA_BYTE, place);
  }
}
