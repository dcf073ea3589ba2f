package dev.tessera.kernels.simd;

import dev.tessera.internal.split.Cl100kScanner;
import dev.tessera.internal.split.Gpt2Scanner;
import dev.tessera.internal.split.O200kScanner;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Splits text in windows of 64 bytes, each of which begins where a piece does: all pieces of a
/// window but the last are found at once, and the next window begins with that one. A piece that no
/// window decides, the last bytes of a text, and what is not valid UTF-8 go to the scanner.
final class SimdSplit implements SplitKernel {
  private static final VectorSpecies<Integer> INTS = TextWindow.SPECIES.withLanes(int.class);

  private static final int LANES = INTS.length();

  /// From so many lanes on positions are written by vectors, a quarter of a window at a time: a
  /// twentieth of the time for warm text. By eighths, with half as many lanes, it is the same as
  /// one by one.
  private static final int WIDE = 16;

  private static final IntVector PLACES = IntVector.zero(INTS).addIndex(1);

  private final SplitPattern pattern;
  private final ThreadLocal<TextWindow> windows = ThreadLocal.withInitial(TextWindow::new);

  SimdSplit(SplitPattern pattern) {
    this.pattern = pattern;
  }

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    int pieces = 0;
    int at = from;
    if (to - from >= TextWindow.BYTES) {
      TextWindow window = windows.get();
      boolean cased = pattern == SplitPattern.O200K;
      while (at <= to - TextWindow.BYTES && pieces < ends.length) {
        window.read(text, at, cased);
        long starts = starts(window, text, at, to) & -2L; // it begins with one
        if (starts == 0) {
          at = window.holdsOneWord(cased) ? longWordEnd(window, text, at, to) : end(text, at, to);
          ends[pieces++] = at;
          continue;
        }
        int room = ends.length - pieces;
        pieces = write(starts, at, ends, pieces);
        if (room < Long.bitCount(starts)) {
          return pieces;
        }
        // not read back from `ends`: the next window does not wait for what is written there
        at += 63 - Long.numberOfLeadingZeros(starts);
      }
    }
    while (at < to && pieces < ends.length) {
      at = end(text, at, to);
      ends[pieces++] = at;
    }
    return pieces;
  }

  private long starts(TextWindow window, byte[] text, int at, int to) {
    return switch (pattern) {
      case GPT2 -> PieceStarts.gpt2(window, text, at, to);
      case CL100K, LLAMA3 -> PieceStarts.cl100k(window, text, at, to, 3);
      case QWEN2 -> PieceStarts.cl100k(window, text, at, to, 1);
      case O200K -> PieceStarts.o200k(window, text, at, to);
    };
  }

  /// Where the piece ends that begins at `at` with a word that fills a window: a sentence of Han,
  /// mostly. The scanner is asked only where the word's last letter does not settle it.
  private int longWordEnd(TextWindow window, byte[] text, int at, int to) {
    boolean cased = pattern == SplitPattern.O200K;
    int next = at + window.knownBytes();
    while (next <= to - TextWindow.BYTES) {
      window.read(text, next, cased);
      int length = Long.numberOfTrailingZeros(~window.wordBytes(cased));
      next += length;
      if (length == 0 || length < window.knownBytes()) {
        long following = length < TextWindow.BYTES ? 1L << length : 0;
        boolean ends = !cased || (window.endsNoWord() & following) == 0;
        return ends ? next : end(text, at, to);
      }
    }
    return end(text, at, to);
  }

  private int end(byte[] text, int at, int to) {
    return switch (pattern) {
      case GPT2 -> Gpt2Scanner.end(text, at, to);
      case CL100K -> Cl100kScanner.end(text, at, to, 3, true);
      case LLAMA3 -> Cl100kScanner.end(text, at, to, 3, false);
      case QWEN2 -> Cl100kScanner.end(text, at, to, 1, false);
      case O200K -> O200kScanner.end(text, at, to);
    };
  }

  /// Writes the positions in `starts`, as far as there is room, and returns how many pieces there
  /// are then.
  private static int write(long starts, int at, int[] ends, int pieces) {
    int count = Long.bitCount(starts);
    int room = ends.length - pieces;
    long left = starts;
    if (room >= TextWindow.BYTES && LANES == WIDE) {
      int to = pieces;
      for (int lane = 0; lane < TextWindow.BYTES; lane += LANES) {
        long here = starts >>> lane & (1L << LANES) - 1;
        PLACES.compress(VectorMask.fromLong(INTS, here)).add(at + lane).intoArray(ends, to);
        to += Long.bitCount(here);
      }
      return to;
    }
    if (room >= TextWindow.BYTES) { // four at a time, up to three of them beyond what counts
      for (int i = pieces; i < pieces + count; i += 4) {
        ends[i] = at + Long.numberOfTrailingZeros(left);
        left &= left - 1;
        ends[i + 1] = at + Long.numberOfTrailingZeros(left);
        left &= left - 1;
        ends[i + 2] = at + Long.numberOfTrailingZeros(left);
        left &= left - 1;
        ends[i + 3] = at + Long.numberOfTrailingZeros(left);
        left &= left - 1;
      }
      return pieces + count;
    }
    count = Math.min(count, room);
    for (int i = pieces; i < pieces + count; i++) {
      ends[i] = at + Long.numberOfTrailingZeros(left);
      left &= left - 1;
    }
    return pieces + count;
  }
}
