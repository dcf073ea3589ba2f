package dev.tessera.text;

import dev.tessera.internal.bpe.ByteTrie;
import dev.tessera.internal.bpe.Words;
import java.util.ArrayList;
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

  private final ByteTrie trie;
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
    trie = new ByteTrie(all.stream().map(Special::bytes).toList());
    int first = 0;
    for (int value = 0; value < 256; value++) {
      if (trie.begins((byte) value)) {
        if (first < MOST_FIRST_BYTES) {
          patterns[first] = value * ONES;
        }
        first++;
      }
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
    int found = trie.longest(text, at, to);
    return found == ByteTrie.NONE ? null : specials.get(found);
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
      if (trie.begins(text[at])) {
        return at;
      }
    }
    return -1;
  }
}
