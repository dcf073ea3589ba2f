package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The bytes of each token, for decoding: a slot of 16 bytes a token, which holds up to 15 of them
/// and their number, so that most are copied by one look, two stores and no loop. Immutable.
final class TokenBytes {
  private static final int SLOT_BYTES = 16;

  /// Bytes of a token in a slot; longer ones are copied from the tables.
  private static final int MOST_BYTES = SLOT_BYTES - 1;

  /// Where the number of bytes is in the second word of a slot; negative for a longer token.
  private static final int LENGTH_SHIFT = 56;

  private static final byte LONGER = -1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// The bytes of so many tokens are put together in memory that stays in the first cache, and then
  /// copied to the target. Straight to the target it took 1.06 to 1.28 times as long: there, stores
  /// wait for their line of memory, and with two a token the processor's buffer for waiting stores
  /// is full before it has begun to fetch a second line.
  private static final int SOME_IDS = 1 << 10;

  private static final ThreadLocal<byte[]> SOME =
      ThreadLocal.withInitial(() -> new byte[SOME_IDS * MOST_BYTES + 1]);

  /// `[2 * ids]`.
  private final long[] slots;

  /// `[ids]`, in bytes; -1 where there is no token.
  private final int[] lengths;

  private final BpeTables tables;
  private final byte[][] specials;

  TokenBytes(BpeTables tables, SpecialTokenSearch specialTokens) {
    this.tables = tables;
    int ids = tables.ends().length;
    for (SpecialTokenSearch.Special special : specialTokens.specials()) {
      ids = Math.max(ids, special.id() + 1);
    }
    slots = new long[2 * ids];
    lengths = new int[ids];
    Arrays.fill(lengths, -1);
    byte[] padded = new byte[SLOT_BYTES];
    for (int id = 0; id < tables.ends().length; id++) {
      int start = tables.start(id);
      int length = tables.ends()[id] - start;
      if (length > 0) {
        put(id, tables.bytes(), start, length, padded);
      }
    }
    byte[][] longSpecials = new byte[0][];
    for (SpecialTokenSearch.Special special : specialTokens.specials()) {
      byte[] bytes = special.bytes();
      put(special.id(), bytes, 0, bytes.length, padded);
      if (bytes.length > MOST_BYTES) {
        if (longSpecials.length == 0) {
          longSpecials = new byte[ids][];
        }
        longSpecials[special.id()] = bytes;
      }
    }
    this.specials = longSpecials;
  }

  private void put(int id, byte[] bytes, int from, int length, byte[] padded) {
    lengths[id] = length;
    Arrays.fill(padded, (byte) 0);
    System.arraycopy(bytes, from, padded, 0, Math.min(length, MOST_BYTES));
    padded[MOST_BYTES] = length <= MOST_BYTES ? (byte) length : LONGER;
    slots[2 * id] = (long) LONG.get(padded, 0);
    slots[2 * id + 1] = (long) LONG.get(padded, 8);
  }

  /// How many bytes `ids[from .. to)` have.
  ///
  /// @throws IllegalArgumentException if one of them is no token; names it and its place
  long length(int[] ids, int from, int to) {
    int[] all = lengths;
    long sum = 0;
    int signs = 0;
    for (int i = from; i < to; i++) {
      int id = ids[i];
      int length = id >= 0 && id < all.length ? all[id] : -1;
      sum += length;
      signs |= length;
    }
    if (signs < 0) {
      throw invalid(ids, from, to);
    }
    return sum;
  }

  /// The bytes of one token.
  ///
  /// @throws IllegalArgumentException if there is no such token
  int length(int id) {
    if (id < 0 || id >= lengths.length || lengths[id] < 0) {
      throw new IllegalArgumentException(
          "the id %d is no token: the vocabulary has ids up to %d%s"
              .formatted(
                  id,
                  lengths.length - 1,
                  id >= 0 && id < lengths.length ? ", not all in use" : ""));
    }
    return lengths[id];
  }

  private IllegalArgumentException invalid(int[] ids, int from, int to) {
    for (int i = from; i < to; i++) {
      int id = ids[i];
      if (id < 0 || id >= lengths.length || lengths[id] < 0) {
        return new IllegalArgumentException(
            "the id %d at position %d is no token: the vocabulary has ids up to %d%s"
                .formatted(
                    id,
                    i,
                    lengths.length - 1,
                    id >= 0 && id < lengths.length ? ", not all in use" : ""));
      }
    }
    return new IllegalArgumentException("the ids changed while they were decoded");
  }

  /// Writes the bytes of `ids[from .. to)`, which are known to be tokens, to `target`, from
  /// `offset` on.
  void copy(int[] ids, int from, int to, byte[] target, int offset) {
    byte[] some = SOME.get();
    int at = offset;
    for (int i = from; i < to; ) {
      long filled = fill(some, slots, ids, i, i + Math.min(to - i, SOME_IDS));
      int length = (int) filled;
      System.arraycopy(some, 0, target, at, length);
      at += length;
      i = (int) (filled >>> Integer.SIZE);
      if (i < to && slots[2 * ids[i] + 1] < 0) {
        at += copyLonger(ids[i], target, at);
        i++;
      }
    }
  }

  /// Writes tokens, up to one that no slot holds, to `some`, which has room for as many.
  ///
  /// @return how many bytes that are, and in the upper half the place of the first one left
  private static long fill(byte[] some, long[] slots, int[] ids, int from, int to) {
    int at = 0;
    int i = from;
    for (; i < to; i++) {
      int slot = 2 * ids[i];
      long more = slots[slot + 1];
      if (more < 0) {
        break;
      }
      LONG.set(some, at, slots[slot]);
      LONG.set(some, at + 8, more); // its last byte is written over by the next token
      at += (int) (more >>> LENGTH_SHIFT);
    }
    return (long) i << Integer.SIZE | at;
  }

  /// The first byte of a token.
  byte first(int id) {
    return (byte) slots[2 * id];
  }

  /// Copies a token that no slot holds.
  ///
  /// @return how many bytes it has
  private int copyLonger(int id, byte[] target, int at) {
    int length = lengths[id];
    if (specials.length > 0 && specials[id] != null) {
      System.arraycopy(specials[id], 0, target, at, length);
    } else {
      System.arraycopy(tables.bytes(), tables.start(id), target, at, length);
    }
    return length;
  }

  /// How many ids there are, those without a token included.
  int ids() {
    return lengths.length;
  }

  /// Memory held, in bytes.
  long bytes() {
    return 8L * slots.length + 4L * lengths.length + 8L * specials.length;
  }
}
