package dev.tessera.kernels.simd;

import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.PieceTable;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Looks pieces up with a piece a lane: hashes are computed, slots compared, and the ids of pieces
/// that have one or two, which most have, are put together in whole vectors.
///
/// By plain loops a piece takes some 120 instructions, which at six a cycle is all of the time.
/// With this, at 512 bits, English in a warm cache took 0.82 of the time in all, lines of a log
/// 0.75; a first pass 0.87 and 0.86. Not so good: to seek one group while another is looked for
/// (the same), groups of 128 and 256 (the same), ids put together right behind the search and
/// copied when they are asked for (1.06). Bytes of pieces and slots are read sixteen at a time:
/// with two loads and three stores a piece, and slots gathered, warm text took 1.1 times as long.
final class VectorProbe implements PieceProbe {
  /// The least width of vectors: with narrower ones C2 gathers by calls.
  static final int LEAST_BITS = 256;

  private static final VectorSpecies<Long> LONGS = Lanes.FLOATS.withLanes(long.class);
  private static final int LANES = LONGS.length();

  /// The numbers of the even lanes of two vectors.
  private static final LongVector EVEN = LongVector.zero(LONGS).addIndex(2);

  private static final LongVector ODD = EVEN.add(1);

  /// As many ints as [#LONGS] has longs.
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

  /// A second word of no piece: of one that is too long. It says eight bytes, and has more.
  private static final long LONG = 8L << PieceTable.LENGTH_SHIFT | 1;

  /// Where in a second word is told whether the piece has more than seven bytes.
  private static final int MEDIUM_SHIFT = PieceTable.LENGTH_SHIFT + 3;

  /// How far ahead text is brought into the caches: looking things up makes the processor forget
  /// that it is read from front to back.
  private static final int AHEAD_BYTES = 4096;

  private static final int LINE_BYTES = 64;

  /// The word of a piece that was not found: more ids than any has.
  private static final long NOT_FOUND = -1;

  /// Where each piece begins.
  private final int[] starts = new int[PIECES + 1];

  /// Two words a piece: its first sixteen bytes, then the first half of the slot that it is looked
  /// for in.
  private final long[] pairs = new long[2 * PIECES];

  /// The first word of each piece's slot.
  private final long[] keys = new long[PIECES];

  private final long[] seconds = new long[PIECES];
  private final int[] places = new int[PIECES];

  /// Words of ids.
  private final long[] words = new long[PIECES];

  /// Words of the fourth id and on, where there is one.
  private final long[] mores = new long[PIECES];

  private int written;

  /// What was read ahead. Nobody asks for it; it is kept so that the reading is not left out.
  @SuppressWarnings("UnusedVariable")
  private long read;

  /// As [#write], in one method that is too long for C2 to make it part of its caller: where it
  /// did, and that was too much for one method, calls were left that make objects of vectors.
  @Override
  public void find(PieceTable table, byte[] text, int from, int[] ends, int piece) {
    written = -1;
    load(text, from, ends, piece);
    locate(ends, piece, table.mediumSlots(), table.shift());
    long[] slots = table.slots();
    long all = 0;
    int last = Math.min(ends[piece + PIECES - 1] + AHEAD_BYTES, text.length);
    for (int at = from + AHEAD_BYTES; at < last; at += LINE_BYTES) {
      all ^= text[at];
    }
    read ^= all;
    // nothing is made of them yet, so that the processor fetches all at once
    for (int i = 0; i < PIECES; i++) {
      LongVector.fromArray(LongVector.SPECIES_128, slots, places[i]).intoArray(pairs, 2 * i);
    }
    LongVector notFound = LongVector.broadcast(LONGS, NOT_FOUND);
    for (int i = 0; i < PIECES; i += LANES) {
      LongVector some = LongVector.fromArray(LONGS, pairs, 2 * i);
      LongVector more = LongVector.fromArray(LONGS, pairs, 2 * i + LANES);
      LongVector key = EVEN.selectFrom(some, more);
      LongVector next = ODD.selectFrom(some, more);
      LongVector second = LongVector.fromArray(LONGS, seconds, i);
      VectorMask<Long> medium =
          second.lanewise(VectorOperators.LSHR, MEDIUM_SHIFT).compare(VectorOperators.NE, 0);
      VectorMask<Long> isThere =
          key.eq(LongVector.fromArray(LONGS, keys, i)).and(next.eq(second).or(medium.not()));
      // in each branch, and by no method: for a vector from one or the other, or handed over, C2
      // may make an object
      if (medium.anyTrue()) {
        LongVector word = next.blend(LongVector.fromArray(LONGS, slots, 2, places, i), medium);
        notFound.blend(word, isThere).intoArray(words, i);
        if (word.lanewise(VectorOperators.LSHR, PieceTable.COUNT_SHIFT)
            .compare(VectorOperators.GT, PieceTable.IDS_A_WORD)
            .and(medium)
            .anyTrue()) {
          for (int j = i; j < i + LANES; j++) {
            mores[j] = slots[places[j] + 3];
          }
        }
      } else {
        notFound.blend(next, isThere).intoArray(words, i);
      }
    }
  }

  private void load(byte[] text, int from, int[] ends, int piece) {
    starts[0] = from;
    for (int i = 0; i < PIECES; i += LANES) {
      IntVector.fromArray(INTS, ends, piece + i).intoArray(starts, i + 1);
    }
    for (int i = 0; i < PIECES; i++) {
      ByteVector.fromArray(ByteVector.SPECIES_128, text, starts[i])
          .reinterpretAsLongs()
          .intoArray(pairs, 2 * i);
    }
  }

  /// Finds out where each piece is looked for.
  private void locate(int[] ends, int piece, int mediumSlots, int shift) {
    for (int i = 0; i < PIECES; i += LANES) {
      LongVector some = LongVector.fromArray(LONGS, pairs, 2 * i);
      LongVector more = LongVector.fromArray(LONGS, pairs, 2 * i + LANES);
      LongVector length =
          (LongVector)
              IntVector.fromArray(INTS, ends, piece + i)
                  .sub(IntVector.fromArray(INTS, starts, i))
                  .convertShape(VectorOperators.I2L, LONGS, 0);
      VectorMask<Long> medium = length.compare(VectorOperators.GT, PieceTable.SHORT_BYTES);
      // what is behind the last of a word's bytes; only the lowest six bits of a shift count
      LongVector behind =
          LongVector.broadcast(LONGS, -1)
              .lanewise(VectorOperators.LSHL, length.lanewise(VectorOperators.LSHL, 3));
      LongVector first = EVEN.selectFrom(some, more).and(behind.blend(0, medium).not());
      LongVector second =
          ODD.selectFrom(some, more)
              .and(LongVector.broadcast(LONGS, -1).blend(behind, medium).not())
              .or(length.lanewise(VectorOperators.LSHL, PieceTable.LENGTH_SHIFT))
              .blend(LONG, length.compare(VectorOperators.GT, PieceTable.MEDIUM_BYTES));
      LongVector key = first.lanewise(VectorOperators.XOR, second);
      LongVector slot = key.mul(PieceTable.FACTOR).lanewise(VectorOperators.LSHR, shift);
      LongVector place =
          slot.lanewise(VectorOperators.LSHL, 1)
              .blend(slot.lanewise(VectorOperators.LSHL, 2).add(mediumSlots), medium);
      ((IntVector) place.convertShape(VectorOperators.L2I, INTS, 0)).intoArray(places, i);
      key.intoArray(keys, i);
      second.intoArray(seconds, i);
    }
  }

  @Override
  public int write(int[] ids, int offset) {
    int to = offset;
    int i = written + 1;
    while (i < PIECES) {
      int blockEnd = (i & -LANES) + LANES;
      if (i + LANES == blockEnd) {
        LongVector word = LongVector.fromArray(LONGS, words, i);
        LongVector count = word.lanewise(VectorOperators.LSHR, PieceTable.COUNT_SHIFT);
        if (!count.compare(VectorOperators.GT, 2).anyTrue()) {
          // each lane's two ids as ints, of which the second stays where there is one
          LongVector two =
              word.and(PieceTable.ID_MASK)
                  .or(
                      word.lanewise(VectorOperators.LSHL, Integer.SIZE - PieceTable.ID_BITS)
                          .and((long) PieceTable.ID_MASK << Integer.SIZE));
          VectorMask<Integer> kept =
              count
                  .sub(1)
                  .lanewise(VectorOperators.LSHL, Integer.SIZE)
                  .or(1)
                  .reinterpretAsInts()
                  .compare(VectorOperators.GT, 0);
          two.reinterpretAsInts().compress(kept).intoArray(ids, to);
          to += kept.trueCount();
          i = blockEnd;
          continue;
        }
      }
      for (; i < blockEnd; i++) {
        long word = words[i];
        int count = (int) (word >>> PieceTable.COUNT_SHIFT);
        if (count > PieceTable.MOST_IDS) {
          written = i;
          return to;
        }
        ids[to] = (int) word & PieceTable.ID_MASK;
        ids[to + 1] = (int) (word >>> PieceTable.ID_BITS) & PieceTable.ID_MASK;
        ids[to + 2] = (int) (word >>> (2 * PieceTable.ID_BITS)) & PieceTable.ID_MASK;
        if (count > PieceTable.IDS_A_WORD) {
          long more = mores[i];
          ids[to + 3] = (int) more & PieceTable.ID_MASK;
          ids[to + 4] = (int) (more >>> PieceTable.ID_BITS) & PieceTable.ID_MASK;
          ids[to + 5] = (int) (more >>> (2 * PieceTable.ID_BITS)) & PieceTable.ID_MASK;
        }
        to += count;
      }
    }
    written = PIECES;
    return to;
  }

  @Override
  public int written() {
    return written;
  }
}
