package dev.tessera.internal.bpe.training;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// Words as rows of symbols, of which neighbours are joined in place.
///
/// A symbol that covers n cells has its id in the first and, if n > 1, `-n` in the last, so that
/// both neighbours are found in constant time; the cells between are [#INSIDE] or stale and never
/// looked at. [#EDGE] stands before, between and behind words. Beside each id stands its word: a
/// cell is `word << 32 | id`, 8 bytes.
final class WordSymbols {
  /// Before the first symbol of a word, and behind the last.
  static final int EDGE = -1;

  /// Where a symbol began that has been joined to the one before it.
  private static final int INSIDE = Integer.MIN_VALUE;

  private static final int MOST_CELLS = Integer.MAX_VALUE - 8;

  private long[] cells;
  private int used;
  private long[] weights = new long[1024];
  private int words;

  /// @param cells how many cells all words together need: their symbols and one each
  /// @throws IllegalArgumentException if that is more than 2^31 - 9
  WordSymbols(long cells) {
    if (cells >= MOST_CELLS) {
      throw new IllegalArgumentException(
          "the distinct words have %d symbols, at most %d are trained on: train on a sample"
              .formatted(cells, MOST_CELLS));
    }
    this.cells = new long[(int) cells + 1];
    this.cells[0] = EDGE;
    used = 1;
  }

  /// The words of `counts`, each byte as the symbol that `byteSymbols` gives it. Words of one byte,
  /// which have no pairs, are left out.
  static WordSymbols of(WordCounts counts, int[] byteSymbols) {
    WordSymbols symbols = new WordSymbols(counts.bytes() + counts.words());
    counts.forEach(
        (bytes, from, to, count) -> {
          if (to - from > 1) {
            symbols.beginWord(count);
            for (int i = from; i < to; i++) {
              symbols.append(byteSymbols[bytes[i] & 0xFF]);
            }
            symbols.endWord();
          }
        });
    return symbols;
  }

  /// The words of `counts`, which are UTF-8, each character as the symbol that `characterSymbols`
  /// gives it; one without a symbol ends a word and begins another.
  static WordSymbols ofCharacters(WordCounts counts, IntUnaryOperator characterSymbols) {
    long[] cells = {counts.words()};
    counts.forEach(
        (bytes, from, to, count) -> {
          for (int i = from; i < to; i++) {
            cells[0] += (bytes[i] & 0xC0) != 0x80 ? 1 : 0;
          }
        });
    WordSymbols symbols = new WordSymbols(cells[0]);
    counts.forEach(
        (bytes, from, to, count) -> {
          symbols.beginWord(count);
          new String(bytes, from, to - from, StandardCharsets.UTF_8)
              .codePoints()
              .map(characterSymbols)
              .forEach(symbol -> symbols.append(Math.max(symbol, EDGE)));
          symbols.endWord();
        });
    return symbols;
  }

  /// Begins a word that occurs `weight` times.
  void beginWord(long weight) {
    if (words == weights.length) {
      weights = Arrays.copyOf(weights, 2 * words);
    }
    weights[words] = weight;
  }

  /// Appends a symbol to the word that was begun.
  void append(int symbol) {
    cells[used++] = cell(words, symbol);
  }

  /// Ends the word that was begun.
  void endWord() {
    cells[used++] = cell(words, EDGE);
    words++;
  }

  private static long cell(int word, int symbol) {
    return ((long) word << 32) | (symbol & 0xFFFFFFFFL);
  }

  /// One past the last cell.
  int end() {
    return used;
  }

  /// The symbol that begins at `cell`, [#EDGE], or another negative number where none does.
  int symbol(int cell) {
    return (int) cells[cell];
  }

  /// The number of the word that `cell` is part of.
  int word(int cell) {
    return (int) (cells[cell] >>> 32);
  }

  /// How often the word occurs that `cell` is part of.
  long weight(int cell) {
    return weights[word(cell)];
  }

  /// Where the symbol before the one at `cell` begins, or -1 if it is the first of its word.
  int before(int cell) {
    int last = (int) cells[cell - 1];
    return last >= 0 ? cell - 1 : last == EDGE ? -1 : cell + last;
  }

  /// Joins the symbol at `cell`, of `leftCells`, and the one behind it, of `rightCells`.
  void join(int cell, int leftCells, int rightCells, int joined) {
    int word = word(cell);
    int total = leftCells + rightCells;
    cells[cell] = cell(word, joined);
    cells[cell + leftCells] = cell(word, INSIDE);
    cells[cell + total - 1] = cell(word, -total);
  }
}
