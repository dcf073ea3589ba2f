package dev.tessera.kernel;

import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Rows that got no id, as they hold a NaN or an infinity.
public final class MissingIds {
  /// Ids of a block, whose signs are joined before any is looked at: the compiler joins several at
  /// a time.
  private static final int BLOCK = 1024;

  private MissingIds() {}

  /// The first row that has a negative id, or -1.
  ///
  /// @param columns how many of a row's ids are looked at, from the first on
  public static long firstRow(TokenIds ids, int columns) {
    long block = Math.max(1, BLOCK / Math.max(1, columns));
    for (long begin = 0; begin < ids.rows(); begin += block) {
      long end = Math.min(ids.rows(), begin + block);
      if (anyNegative(ids, columns, begin, end)) {
        for (long row = begin; row < end; row++) {
          if (anyNegative(ids, columns, row, row + 1)) {
            return row;
          }
        }
      }
    }
    return -1;
  }

  private static boolean anyNegative(TokenIds ids, int columns, long begin, long end) {
    int joined = 0;
    if (ids.isPacked() && columns == ids.columns()) {
      joined = join(ids.segment(), ids.rowOffsetBytes(begin), (int) (end - begin) * columns);
    } else {
      for (long row = begin; row < end; row++) {
        joined |= join(ids.segment(), ids.rowOffsetBytes(row), columns);
      }
    }
    return joined < 0;
  }

  private static int join(MemorySegment ids, long offset, int count) {
    int joined = 0;
    for (int i = 0; i < count; i++) {
      joined |= ids.get(ValueLayout.JAVA_INT_UNALIGNED, offset + (long) i * Integer.BYTES);
    }
    return joined;
  }
}
