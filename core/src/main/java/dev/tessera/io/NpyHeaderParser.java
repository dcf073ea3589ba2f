package dev.tessera.io;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the dict of a `.npy` header: exactly the keys `descr`, `fortran_order` and `shape`, each
/// once, in any order, and of Python's syntax no more than their values need.
final class NpyHeaderParser {
  private final FileBytes file;
  private final int textOffset;
  private final String text;
  private int at;

  private @Nullable String descr;
  private int descrAt;
  private @Nullable Boolean fortranOrder;
  private long @Nullable [] shape;
  private int shapeAt;

  /// @param textOffset the byte of the file at which `text` stands
  NpyHeaderParser(FileBytes file, int textOffset, byte[] text) {
    this.file = file;
    this.textOffset = textOffset;
    this.text = new String(text, StandardCharsets.ISO_8859_1);
  }

  NpyHeader parse() throws FormatException {
    expect('{');
    while (!take('}')) {
      parseItem();
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skipSpace();
    if (at < text.length()) {
      throw error(at, "only spaces behind the header's '}'");
    }
    if (descr == null || fortranOrder == null || shape == null) {
      throw file.error(
          textOffset,
          "the keys 'descr', 'fortran_order' and 'shape'",
          FormatException.quote(text.strip()));
    }
    return describe(descr, fortranOrder, shape);
  }

  private NpyHeader describe(String descr, boolean fortranOrder, long[] axes)
      throws FormatException {
    ElementType type = elementType(descr);
    ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    try {
      int end = textOffset + text.length();
      return new NpyHeader(type, order, fortranOrder, new Shape(axes), end);
    } catch (ArithmeticException e) {
      throw file.error(
          textOffset + shapeAt, "a shape of less than 2^57 elements", Arrays.toString(axes));
    }
  }

  private ElementType elementType(String descr) throws FormatException {
    if (descr.length() == 3 && "<>|".indexOf(descr.charAt(0)) >= 0) {
      Optional<ElementType> type = ElementType.ofNpyCode(descr.substring(1));
      if (type.isPresent() && (descr.charAt(0) != '|' || type.get().bits() == Byte.SIZE)) {
        return type.get();
      }
    }
    throw file.error(
        textOffset + descrAt,
        "an element type as '<f4', '<f2', '<f8', '<i4', '<i8' or '|u1'",
        FormatException.quote(descr));
  }

  private void parseItem() throws FormatException {
    skipSpace();
    int keyAt = at;
    String key = parseString();
    expect(':');
    skipSpace();
    switch (key) {
      case "descr" -> {
        checkFirst(descr == null, keyAt);
        descrAt = at;
        descr = parseDescr();
      }
      case "fortran_order" -> {
        checkFirst(fortranOrder == null, keyAt);
        fortranOrder = parseBoolean();
      }
      case "shape" -> {
        checkFirst(shape == null, keyAt);
        shapeAt = at;
        shape = parseShape();
      }
      default -> throw error(keyAt, "'descr', 'fortran_order' or 'shape'");
    }
  }

  private void checkFirst(boolean first, int keyAt) throws FormatException {
    if (!first) {
      throw error(keyAt, "each key once");
    }
  }

  private String parseDescr() throws FormatException {
    if (at < text.length() && text.charAt(at) == '[') {
      throw error(at, "one element type (structured arrays are not read)");
    }
    return parseString();
  }

  private String parseString() throws FormatException {
    skipSpace();
    char quote = at < text.length() ? text.charAt(at) : 0;
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw error(at, "a string in quotes");
    }
    String string = text.substring(at + 1, end);
    if (string.indexOf('\\') >= 0) {
      throw error(at, "a string without escapes");
    }
    at = end + 1;
    return string;
  }

  private boolean parseBoolean() throws FormatException {
    for (String word : new String[] {"True", "False"}) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("True");
      }
    }
    throw error(at, "True or False");
  }

  /// `()`, `(3,)`, `(3, 4)`: a comma behind the last number, which one number alone needs.
  private long[] parseShape() throws FormatException {
    expect('(');
    long[] axes = new long[Shape.MAX_RANK];
    int rank = 0;
    boolean comma = true;
    while (!take(')')) {
      if (!comma) {
        throw error(at, "',' or ')'");
      }
      if (rank == Shape.MAX_RANK) {
        throw error(at, "at most " + Shape.MAX_RANK + " axes");
      }
      axes[rank++] = parseSize();
      comma = take(',');
    }
    if (rank == 1 && !comma) {
      throw error(at - 1, "',' in a tuple of one number");
    }
    return Arrays.copyOf(axes, rank);
  }

  /// Digits, and the `L` that Python 2 wrote behind some numbers.
  private long parseSize() throws FormatException {
    skipSpace();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == 'L') {
      at++;
    }
    if (digits.isEmpty()) {
      throw error(start, "the size of an axis");
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw error(start, "the size of an axis, below 2^63");
    }
  }

  private void expect(char wanted) throws FormatException {
    if (!take(wanted)) {
      throw error(at, "'" + wanted + "'");
    }
  }

  private boolean take(char wanted) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private FormatException error(int position, String expected) {
    String found =
        position < text.length()
            ? FormatException.quote(text.substring(position).strip())
            : "the end of the header";
    return file.error(textOffset + position, expected, found);
  }
}
