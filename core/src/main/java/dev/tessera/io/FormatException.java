package dev.tessera.io;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A file is not what it claims or needs to be: truncated, contradictory, of another format, or
/// holding values that cannot be read as asked. The message names the file (and the tensor in it),
/// where, what was expected there and what was found.
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_NAMES = 40;
  private static final int MAX_QUOTE_CHARACTERS = 80;

  /// @param message names the file, what was expected and what was found
  public FormatException(String message) {
    super(message);
  }

  /// @param message names the file, what was expected and what was found
  public FormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The message `source, byte offset: expected ..., found ...`.
  ///
  /// @param source the file, or `file:tensor` where a file holds several
  /// @param offsetBytes where in the source
  public static FormatException at(String source, long offsetBytes, String expected, String found) {
    return new FormatException(
        source + ", byte " + offsetBytes + ": expected " + expected + ", found " + found);
  }

  /// The message `file: expected the name of a tensor: a, b, c; found 'd'`.
  ///
  /// @param found null where none was given
  static FormatException noSuchTensor(
      String file, @Nullable String found, Collection<String> names) {
    String available =
        names.stream().limit(MAX_NAMES).map(FormatException::quote).collect(joining(", "));
    if (names.size() > MAX_NAMES) {
      available += " and " + (names.size() - MAX_NAMES) + " more";
    }
    return new FormatException(
        "%s: expected the name of one of its %d tensors (%s), as in %s:NAME; found %s"
            .formatted(file, names.size(), available, file, found == null ? "none" : quote(found)));
  }

  /// Text from a file as a message may show it: in quotes, without control characters, at most 80
  /// characters.
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    int shown = Math.min(text.length(), MAX_QUOTE_CHARACTERS);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
        quoted.append("\\x%02x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append(shown < text.length() ? "...'" : "'").toString();
  }
}
