package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What everything that looks pieces up must do: find what is in its slot, all of it and nothing
/// else, in a table that is filled here by the layout that [PieceTable] describes.
public abstract class PieceProbeContract {
  private static final int SLOT_BITS = 8;
  private static final int DISTINCT = 1000;
  private static final int GROUPS = 2000;

  private final Random random = new Random(31);
  private final PieceTable table =
      new PieceTable(new long[6 << SLOT_BITS], 2 << SLOT_BITS, Long.SIZE - SLOT_BITS);
  private final List<Piece> pieces = new ArrayList<>();
  private final PieceProbe probe;

  /// @param ids null if it is not in its slot, or the slot does not hold them
  @SuppressWarnings("ArrayRecordComponent")
  private record Piece(byte[] bytes, int @Nullable [] ids) {}

  /// @param probe what is tested
  protected PieceProbeContract(PieceProbe probe) {
    this.probe = probe;
  }

  @BeforeEach
  void fill() {
    for (int i = 0; i < DISTINCT; i++) {
      pieces.add(put(bytes()));
    }
    // lengths and bytes that take each other's place in a word
    for (int length : new int[] {1, 6, 7, 8, 9, 14, 15, 16, 17, 23, 255, 257, 263, 264, 271, 272}) {
      for (int value : new int[] {0, 1, 'a', 0xFF}) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        pieces.add(put(bytes));
      }
    }
  }

  private byte[] bytes() {
    int length = random.nextInt(8) == 0 ? 1 + random.nextInt(40) : 1 + random.nextInt(15);
    byte[] bytes = new byte[length];
    int letters = 1 + random.nextInt(random.nextBoolean() ? 3 : 256);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (random.nextInt(letters) + 'a');
    }
    return bytes;
  }

  private Piece put(byte[] bytes) {
    for (Piece known : pieces) {
      if (Arrays.equals(known.bytes, bytes)) {
        return known;
      }
    }
    if (bytes.length > PieceTable.MEDIUM_BYTES) {
      return new Piece(bytes, null);
    }
    boolean medium = bytes.length > PieceTable.SHORT_BYTES;
    long first = 0;
    long second = (long) bytes.length << PieceTable.LENGTH_SHIFT;
    for (int i = 0; i < bytes.length; i++) {
      long value = bytes[i] & 0xFFL;
      if (i < Long.BYTES) {
        first |= value << (Byte.SIZE * i);
      } else {
        second |= value << (Byte.SIZE * (i - Long.BYTES));
      }
    }
    int slot = PieceTable.slot(first ^ second, table.shift());
    int at = medium ? table.mediumSlots() + 4 * slot : 2 * slot;
    int wordAt = medium ? at + 2 : at + 1;
    if (table.slots()[wordAt] != 0) {
      return new Piece(bytes, null);
    }
    table.slots()[at] = first ^ second;
    if (medium) {
      table.slots()[at + 1] = second;
    }
    if (random.nextInt(20) == 0) {
      table.slots()[wordAt] = (long) PieceTable.ELSEWHERE << PieceTable.COUNT_SHIFT | 77;
      return new Piece(bytes, null);
    }
    int most = medium ? PieceTable.MOST_IDS : PieceTable.IDS_A_WORD;
    int[] ids =
        new int[Math.min(bytes.length, 1 + random.nextInt(random.nextBoolean() ? 1 : most))];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.nextInt(PieceTable.ID_MASK + 1);
      int word = i < PieceTable.IDS_A_WORD ? wordAt : wordAt + 1;
      table.slots()[word] |= (long) ids[i] << (i % PieceTable.IDS_A_WORD * PieceTable.ID_BITS);
    }
    table.slots()[wordAt] |= (long) ids.length << PieceTable.COUNT_SHIFT;
    return new Piece(bytes, ids);
  }

  @Test
  void whatIsInItsSlotIsFoundAndNothingElse() {
    assertThat(pieces).anyMatch(piece -> piece.ids != null && piece.ids.length > 3);
    for (int group = 0; group < GROUPS; group++) {
      // many, some, or none of those that are not there
      int inHundred = group % 4 == 0 ? 0 : 100 / (group % 4 * group % 4 + 1);
      Piece[] chosen = new Piece[PieceProbe.PIECES];
      for (int i = 0; i < chosen.length; i++) {
        do {
          chosen[i] = pieces.get(random.nextInt(pieces.size()));
        } while (chosen[i].ids == null && random.nextInt(100) >= inHundred);
      }
      check(chosen);
    }
  }

  private void check(Piece[] chosen) {
    int from = random.nextInt(20);
    int piece = random.nextInt(5);
    int[] ends = new int[piece + PieceProbe.PIECES];
    int end = from;
    for (int i = 0; i < chosen.length; i++) {
      end += chosen[i].bytes.length;
      ends[piece + i] = end;
    }
    byte[] text = new byte[Math.max(end, ends[ends.length - 2] + PieceProbe.READ_BYTES)];
    random.nextBytes(text);
    end = from;
    for (Piece some : chosen) {
      System.arraycopy(some.bytes, 0, text, end, some.bytes.length);
      end += some.bytes.length;
    }
    probe.find(table, text, from, ends, piece);
    int next = 0;
    while (true) {
      int bytes = 0;
      for (int i = next; i < chosen.length; i++) {
        bytes += chosen[i].bytes.length;
      }
      List<Integer> expected = new ArrayList<>();
      for (; next < chosen.length && chosen[next].ids != null; next++) {
        Arrays.stream(chosen[next].ids).forEach(expected::add);
      }
      int offset = random.nextInt(10);
      int[] ids = new int[offset + bytes + PieceProbe.SPARE_IDS];
      Arrays.fill(ids, 0, offset, -5);
      int to = probe.write(ids, offset);
      assertThat(probe.written()).isEqualTo(next);
      assertThat(Arrays.stream(ids, offset, to).boxed().toList()).isEqualTo(expected);
      assertThat(Arrays.stream(ids, 0, offset)).allMatch(id -> id == -5);
      if (next == chosen.length) {
        return;
      }
      next++;
    }
  }
}
