package dev.tessera.internal.normalizer;

import dev.tessera.internal.bpe.Words;
import java.util.Arrays;

/// UTF-8 text that is being changed, and, where that is wanted, the part of the original that each
/// of its bytes stands for. A step reads the bytes, puts its result and ends with [#swap]. Kept for
/// many texts, so each thread has its own.
public final class AlignedText {
  private static final int KEPT_BYTES = 1 << 20;
  private static final long EACH_BYTE = 0x0101010101010101L;

  private byte[] bytes = new byte[64];
  private int length;
  private byte[] next = new byte[64];
  private int written;

  // of each byte, in the original; empty unless tracking
  private boolean tracking;
  private int[] starts = {};
  private int[] ends = {};
  private int[] nextStarts = {};
  private int[] nextEnds = {};

  /// Begins with a copy of `source[from .. to)`.
  ///
  /// @param track whether it is to be known what each byte stands for, as places in `source`
  public void begin(byte[] source, int from, int to, boolean track) {
    tracking = track;
    if (bytes.length > KEPT_BYTES && to - from < KEPT_BYTES / 4) {
      bytes = new byte[64];
      next = new byte[64];
    }
    if (bytes.length < to - from + Long.BYTES) {
      bytes = new byte[to - from + Long.BYTES + 64];
    }
    System.arraycopy(source, from, bytes, 0, to - from);
    length = to - from;
    written = 0;
    if (track) {
      starts = new int[Math.max(64, length)];
      ends = new int[Math.max(64, length)];
      nextStarts = new int[64];
      nextEnds = new int[64];
      for (int i = 0; i < length; i++) {
        starts[i] = from + i;
        ends[i] = from + i + 1;
      }
    } else {
      starts = new int[0];
      ends = new int[0];
      nextStarts = new int[0];
      nextEnds = new int[0];
    }
  }

  /// Begins with a copy of a part of another text, whose places it keeps.
  public void begin(AlignedText other, int from, int to) {
    begin(other.bytes, from, to, other.tracking);
    if (tracking) {
      System.arraycopy(other.starts, from, starts, 0, length);
      System.arraycopy(other.ends, from, ends, 0, length);
    }
  }

  /// The text; longer than [#length], and no longer it after the next [#swap].
  public byte[] bytes() {
    return bytes;
  }

  /// How many bytes there are.
  public int length() {
    return length;
  }

  /// Where in the original what the byte `i` stands for begins, if that is tracked.
  public int start(int i) {
    return starts[i];
  }

  /// Where in the original what the byte `i` stands for ends, if that is tracked.
  public int end(int i) {
    return ends[i];
  }

  /// Whether [#start] and [#end] are known.
  public boolean isTracking() {
    return tracking;
  }

  /// How many bytes have been put since the last [#swap].
  public int written() {
    return written;
  }

  /// Takes the last bytes that were put back, until `count` are left.
  public void truncate(int count) {
    written = count;
  }

  /// Whether what has been put ends with `suffix`.
  public boolean putEndsWith(byte[] suffix) {
    return written >= suffix.length
        && Arrays.equals(next, written - suffix.length, written, suffix, 0, suffix.length);
  }

  private void reserve(int count) {
    if (next.length < written + count + Long.BYTES) {
      next = Arrays.copyOf(next, Math.max(written + count + Long.BYTES, next.length * 2));
    }
    if (tracking && nextStarts.length < written + count) {
      int size = Math.max(written + count, nextStarts.length * 2);
      nextStarts = Arrays.copyOf(nextStarts, size);
      nextEnds = Arrays.copyOf(nextEnds, size);
    }
  }

  /// Puts the bytes `[from, to)` of the text as they are.
  public void copy(int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, next, written, to - from);
    if (tracking) {
      System.arraycopy(starts, from, nextStarts, written, to - from);
      System.arraycopy(ends, from, nextEnds, written, to - from);
    }
    written += to - from;
  }

  /// Puts the bytes `[from, to)` of the text, `replacement` for each that is `replaced`.
  public void copyReplacing(int from, int to, byte replaced, byte[] replacement) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += bytes[i] == replaced ? 1 : 0;
    }
    reserve(Math.toIntExact(to - from + (long) count * Math.max(0, replacement.length - 1)));
    byte[] target = next;
    int at = written;
    int i = from;
    if (!tracking) {
      // eight bytes at a time, of which those count that come before one that is replaced
      long wanted = (replaced & 0xFFL) * EACH_BYTE;
      while (i + Long.BYTES <= to) {
        long word = Words.load(bytes, i);
        Words.store(target, at, word);
        long other = word ^ wanted;
        // the lowest byte with its upper bit here is the first one that is replaced
        long equal = (other - EACH_BYTE) & ~other & (EACH_BYTE << (Byte.SIZE - 1));
        int before = Long.numberOfTrailingZeros(equal) >>> 3;
        at += before;
        i += before;
        if (equal != 0) {
          for (byte part : replacement) {
            target[at++] = part;
          }
          i++;
        }
      }
    }
    for (; i < to; i++) {
      int begin = at;
      byte b = bytes[i];
      if (b == replaced) {
        for (byte part : replacement) {
          target[at++] = part;
        }
      } else {
        target[at++] = b;
      }
      if (tracking) {
        Arrays.fill(nextStarts, begin, at, starts[i]);
        Arrays.fill(nextEnds, begin, at, ends[i]);
      }
    }
    written = at;
  }

  /// Puts `replacement[begin .. end)`, which stands for the bytes `[from, to)` of the text.
  public void put(byte[] replacement, int begin, int end, int from, int to) {
    reserve(end - begin);
    System.arraycopy(replacement, begin, next, written, end - begin);
    if (tracking) {
      int start = from < length ? starts[from] : length == 0 ? 0 : ends[length - 1];
      Arrays.fill(nextStarts, written, written + end - begin, start);
      int last = to > from ? ends[to - 1] : start;
      Arrays.fill(nextEnds, written, written + end - begin, last);
    }
    written += end - begin;
  }

  /// Puts all of `replacement`, which stands for the bytes `[from, to)` of the text.
  public void put(byte[] replacement, int from, int to) {
    put(replacement, 0, replacement.length, from, to);
  }

  /// Makes what has been put the text.
  public void swap() {
    byte[] freed = bytes;
    bytes = next;
    next = freed;
    int[] freedStarts = starts;
    starts = nextStarts;
    nextStarts = freedStarts;
    int[] freedEnds = ends;
    ends = nextEnds;
    nextEnds = freedEnds;
    length = written;
    written = 0;
  }

  /// Whether all bytes are ASCII.
  public boolean isAscii() {
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }
}
