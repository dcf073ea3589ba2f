package dev.tessera.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Finds special tokens in UTF-8 text: the leftmost, of those that begin at one place the longest.
/// Immutable.
final class SpecialTokenSearch {
  /// One special token.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Special(String token, byte[] bytes, int id) {}

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /// First bytes for which the text is searched a word at a time.
  private static final int MOST_FIRST_BYTES = 2;

  private final List<Special> specials;

  /// By first byte, longest first; null where none begins.
  private final Special[][] byFirst = new Special[256][];

  private final int firstBytes;
  private final long[] patterns = new long[MOST_FIRST_BYTES];
  private final int longest;
  private final boolean crossesWhiteSpace;

  SpecialTokenSearch(Map<String, Integer> tokens) {
    List<Special> all = new ArrayList<>();
    tokens.forEach((token, id) -> all.add(new Special(token, Utf8.bytes(token), id)));
    all.removeIf(special -> special.bytes.length == 0);
    all.sort((a, b) -> b.bytes.length - a.bytes.length);
    specials = Collections.unmodifiableList(all);
    int first = 0;
    for (Special special : all) {
      int value = special.bytes[0] & 0xFF;
      Special[] known = byFirst[value];
      if (known == null) {
        if (first < MOST_FIRST_BYTES) {
          patterns[first] = value * ONES;
        }
        first++;
        known = new Special[0];
      }
      byFirst[value] = Arrays.copyOf(known, known.length + 1);
      byFirst[value][known.length] = special;
    }
    if (first == 1) {
      patterns[1] = patterns[0];
    }
    firstBytes = first;
    longest = all.isEmpty() ? 0 : all.getFirst().bytes.length;
    crossesWhiteSpace =
        all.stream()
            .anyMatch(
                special -> special.token.indexOf(' ') >= 0 || special.token.indexOf('\n') >= 0);
  }

  /// All of them, the longest first.
  List<Special> specials() {
    return specials;
  }

  boolean isEmpty() {
    return specials.isEmpty();
  }

  /// Whether one could lie across a place of [SafeCuts].
  boolean crossesCuts() {
    return crossesWhiteSpace;
  }

  /// Bytes of the longest one.
  int longest() {
    return longest;
  }

  /// Where the next one begins in `text[from .. to)`, or -1.
  int find(byte[] text, int from, int to) {
    int at = from;
    while (true) {
      at = candidate(text, at, to);
      if (at < 0 || at(text, at, to) != null) {
        return at;
      }
      at++;
    }
  }

  /// The one that begins at `at`, or null.
  @org.jspecify.annotations.Nullable
  Special at(byte[] text, int at, int to) {
    Special[] candidates = byFirst[text[at] & 0xFF];
    if (candidates != null) {
      for (Special special : candidates) {
        int length = special.bytes.length;
        if (length <= to - at && Arrays.equals(text, at, at + length, special.bytes, 0, length)) {
          return special;
        }
      }
    }
    return null;
  }

  /// The next place whose byte begins a special token, or -1.
  private int candidate(byte[] text, int from, int to) {
    int at = from;
    if (firstBytes <= MOST_FIRST_BYTES) {
      for (; at + 8 <= to; at += 8) {
        long word = Words.load(text, at);
        long first = word ^ patterns[0];
        long second = word ^ patterns[1];
        long zeros = (((first - ONES) & ~first) | ((second - ONES) & ~second)) & HIGHS;
        if (zeros != 0) {
          return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
        }
      }
    }
    for (; at < to; at++) {
      if (byFirst[text[at] & 0xFF] != null) {
        return at;
      }
    }
    return -1;
  }

  /// Eight bytes at a time, the first one lowest.
  private static final class Words {
    private static final java.lang.invoke.VarHandle LONG =
        java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
            long[].class, java.nio.ByteOrder.LITTLE_ENDIAN);

    static long load(byte[] bytes, int at) {
      return (long) LONG.get(bytes, at);
    }
  }
}
