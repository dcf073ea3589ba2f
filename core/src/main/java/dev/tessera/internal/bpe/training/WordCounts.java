package dev.tessera.internal.bpe.training;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Distinct words, which are byte strings of any content, and how often each was seen.
///
/// A word of at most 7 bytes is its own key, in one `long` with its length, beside its count: 16
/// bytes a slot. A longer one is found by a hash of 64 bits and then compared. Both tables are open
/// addressing with linear probing, at most half full. A word takes 32 to 64 bytes, a longer one 36
/// to 72 and its own bytes.
public final class WordCounts {
  /// What hears of each word.
  @FunctionalInterface
  public interface Visitor {
    /// One word, `bytes[from .. to)`, and its count; the array is lent for the call.
    void word(byte[] bytes, int from, int to, long count);
  }

  /// The longest word that is its own key.
  private static final int PACKED_BYTES = 7;

  private static final int FIRST_SLOTS = 1 << 10;

  /// The most slots of a table: above, its arrays would pass what Java allows.
  private static final int MOST_SLOTS = 1 << 29;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // words of up to 7 bytes: key, count, key, count, ...; no key is 0
  private long[] packed = new long[2 * FIRST_SLOTS];
  private int packedShift = shift(FIRST_SLOTS);
  private int packedWords;

  // longer words: slots hold a word's number plus 1
  private int[] slots = new int[FIRST_SLOTS];
  private int slotShift = shift(FIRST_SLOTS);
  private long[] hashes = new long[FIRST_SLOTS / 2];
  private long[] counts = new long[FIRST_SLOTS / 2];
  private int[] ends = new int[FIRST_SLOTS / 2];
  private byte[] bytes = new byte[16 * FIRST_SLOTS];
  private int longWords;

  private long packedBytes;

  /// Counts `text[from .. to)`, which is not empty, `count` times more.
  ///
  /// @throws IllegalArgumentException if there are too many distinct words for one table
  public void add(byte[] text, int from, int to, long count) {
    int length = to - from;
    if (length <= PACKED_BYTES) {
      addPacked(packed(text, from, length), length, count);
    } else {
      addLong(text, from, to, count);
    }
  }

  private static long packed(byte[] text, int from, int length) {
    long word = 0;
    if (from + Long.BYTES <= text.length) {
      word = (long) LONG.get(text, from) & (-1L >>> (64 - 8 * length));
    } else {
      for (int i = length - 1; i >= 0; i--) {
        word = (word << 8) | (text[from + i] & 0xFF);
      }
    }
    return word | ((long) length << 56);
  }

  private void addPacked(long key, int length, long count) {
    long[] table = packed;
    int mask = table.length - 2;
    int at = 2 * (int) ((key * GOLDEN) >>> packedShift);
    while (table[at] != key) {
      if (table[at] == 0) {
        table[at] = key;
        packedWords++;
        packedBytes += length;
        table[at + 1] = count;
        if (packedWords > table.length / 4) {
          growPacked();
        }
        return;
      }
      at = (at + 2) & mask;
    }
    table[at + 1] += count;
  }

  /// By how much a product is shifted for its high bits to number `slots` slots.
  private static int shift(int slots) {
    return Long.numberOfLeadingZeros(slots) + 1;
  }

  private void growPacked() {
    if (packed.length >= 2 * (long) MOST_SLOTS) {
      throw tooMany("%d distinct words of up to 7 bytes".formatted(packedWords));
    }
    long[] old = packed;
    long[] table = new long[2 * old.length];
    int mask = table.length - 2;
    packedShift--;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        int at = 2 * (int) ((old[i] * GOLDEN) >>> packedShift);
        while (table[at] != 0) {
          at = (at + 2) & mask;
        }
        table[at] = old[i];
        table[at + 1] = old[i + 1];
      }
    }
    packed = table;
  }

  private void addLong(byte[] text, int from, int to, long count) {
    long hash = hash(text, from, to);
    int mask = slots.length - 1;
    int at = (int) ((hash * GOLDEN) >>> slotShift);
    while (slots[at] != 0) {
      int word = slots[at] - 1;
      if (hashes[word] == hash && Arrays.equals(bytes, start(word), ends[word], text, from, to)) {
        counts[word] += count;
        return;
      }
      at = (at + 1) & mask;
    }
    slots[at] = longWords + 1;
    append(text, from, to, hash, count);
    if (longWords == slots.length / 2) {
      growSlots();
    }
  }

  /// Of a word of at least 8 bytes.
  private static long hash(byte[] text, int from, int to) {
    long hash = (long) to - from;
    int at = from;
    for (; at < to - Long.BYTES; at += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(text, at)) * GOLDEN;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ (long) LONG.get(text, to - Long.BYTES)) * GOLDEN;
    return hash ^ (hash >>> 29);
  }

  private int start(int word) {
    return word == 0 ? 0 : ends[word - 1];
  }

  private void append(byte[] text, int from, int to, long hash, long count) {
    int used = start(longWords);
    long needed = (long) used + (to - from);
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 8) {
        throw tooMany("%d bytes of distinct words".formatted(needed));
      }
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length)));
    }
    System.arraycopy(text, from, bytes, used, to - from);
    hashes[longWords] = hash;
    counts[longWords] = count;
    ends[longWords] = (int) needed;
    longWords++;
  }

  private void growSlots() {
    if (slots.length >= MOST_SLOTS) {
      throw tooMany("%d distinct words of 8 bytes and more".formatted(longWords));
    }
    int[] table = new int[2 * slots.length];
    int mask = table.length - 1;
    slotShift--;
    for (int word = 0; word < longWords; word++) {
      int at = (int) ((hashes[word] * GOLDEN) >>> slotShift);
      while (table[at] != 0) {
        at = (at + 1) & mask;
      }
      table[at] = word + 1;
    }
    slots = table;
    hashes = Arrays.copyOf(hashes, slots.length / 2);
    counts = Arrays.copyOf(counts, slots.length / 2);
    ends = Arrays.copyOf(ends, slots.length / 2);
  }

  private static IllegalArgumentException tooMany(String found) {
    return new IllegalArgumentException(
        "the corpus has more than %s: train on a sample of it".formatted(found));
  }

  /// Counts all words of `other`, too.
  public void addAll(WordCounts other) {
    for (int i = 0; i < other.packed.length; i += 2) {
      long key = other.packed[i];
      if (key != 0) {
        addPacked(key, (int) (key >>> 56), other.packed[i + 1]);
      }
    }
    for (int word = 0; word < other.longWords; word++) {
      addLong(other.bytes, other.start(word), other.ends[word], other.counts[word]);
    }
  }

  /// Forgets all words, and keeps the memory.
  public void clear() {
    Arrays.fill(packed, 0);
    Arrays.fill(slots, 0);
    packedWords = 0;
    packedBytes = 0;
    longWords = 0;
  }

  /// How many distinct words there are.
  public long words() {
    return (long) packedWords + longWords;
  }

  /// How many bytes the distinct words have, each counted once.
  public long bytes() {
    return packedBytes + start(longWords);
  }

  /// Calls `visitor` for each word, in no particular order.
  public void forEach(Visitor visitor) {
    byte[] word = new byte[Long.BYTES];
    for (int i = 0; i < packed.length; i += 2) {
      if (packed[i] != 0) {
        LONG.set(word, 0, packed[i]);
        visitor.word(word, 0, (int) (packed[i] >>> 56), packed[i + 1]);
      }
    }
    for (int i = 0; i < longWords; i++) {
      visitor.word(bytes, start(i), ends[i], counts[i]);
    }
  }
}
