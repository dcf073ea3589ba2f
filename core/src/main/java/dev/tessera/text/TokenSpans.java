package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.normalizer.AlignedText;
import dev.tessera.internal.unicode.Utf8;
import java.util.Arrays;

/// Collects which part of a text each of its ids stands for.
final class TokenSpans {
  private final BpeTables tables;
  private final @org.jspecify.annotations.Nullable CharacterSymbols symbols;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int count;

  TokenSpans(BpeTables tables, @org.jspecify.annotations.Nullable CharacterSymbols symbols) {
    this.tables = tables;
    this.symbols = symbols;
  }

  /// Places in the text, of each id so far: where it begins.
  int[] starts() {
    return Arrays.copyOf(starts, count);
  }

  /// Places in the text, of each id so far: where it ends.
  int[] ends() {
    return Arrays.copyOf(ends, count);
  }

  /// Adds an id that stands for `[start, end)` of the text.
  void add(int start, int end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = start;
    ends[count++] = end;
  }

  /// Adds the ids that the piece `bytes[from .. to)` has become, each of which stands for what its
  /// bytes do.
  ///
  /// @param text what the places of the bytes refer to
  void addAll(int[] ids, byte[] bytes, int from, int to, AlignedText text) {
    int at = from;
    for (int id : ids) {
      at = skipDropped(bytes, at, to);
      int end = Math.min(to, at + length(id, bytes, at, to));
      if (end <= at) {
        int place = at < to ? text.start(at) : text.end(to - 1);
        add(place, place);
      } else {
        add(text.start(at), text.end(end - 1));
      }
      at = end;
    }
  }

  /// Over characters that became nothing: those without a token where there is no unknown one.
  private int skipDropped(byte[] bytes, int from, int to) {
    int at = from;
    while (symbols != null && symbols.unknown() < 0 && at < to) {
      int character = Utf8.decode(bytes, at, to);
      if (!symbols.isUnknown(character, bytes, at)) {
        break;
      }
      at += character == Utf8.INVALID ? 1 : Utf8.bytes(character);
    }
    return at;
  }

  private int length(int id, byte[] bytes, int at, int to) {
    if (symbols == null) {
      return tables.ends()[id] - tables.start(id);
    }
    if (id == symbols.unknown()) {
      int end = at;
      while (end < to) {
        int character = Utf8.decode(bytes, end, to);
        if (end > at && !(symbols.fusesUnknown() && symbols.isUnknown(character, bytes, end))) {
          break;
        }
        end += character == Utf8.INVALID ? 1 : Utf8.bytes(character);
      }
      return end - at;
    }
    int[] byteTokens = symbols.byteTokens();
    if (byteTokens != null && at < to && byteTokens[bytes[at] & 0xFF] == id) {
      int length = tables.ends()[id] - tables.start(id);
      boolean itself =
          length <= to - at
              && Arrays.equals(
                  tables.bytes(),
                  tables.start(id),
                  tables.start(id) + length,
                  bytes,
                  at,
                  at + length);
      return itself ? length : 1;
    }
    return tables.ends()[id] - tables.start(id);
  }
}
