package dev.tessera.kernels.opencl;

import dev.tessera.kernel.HopOperand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// How the rows of a graph become tasks: a row of at most [HopOperand#SEGMENT_EDGES] edges is one;
/// a longer one, a *long row*, has one per segment of exactly so many. Tasks are in the order of
/// rows, so that each begins where the one before it ends.
final class HopTasks {
  private final HopOperand operand;
  private final int[] longRows;
  private final int[] segments;

  /// Looks at the length of every row.
  HopTasks(HopOperand operand) {
    this.operand = operand;
    int[] rows = new int[16];
    int[] begins = new int[17];
    int count = 0;
    long begin = 0;
    for (int row = 0; row < operand.nodes(); row++) {
      long end = pointer(row + 1L);
      if (end - begin > HopOperand.SEGMENT_EDGES) {
        if (count == rows.length) {
          rows = Arrays.copyOf(rows, 2 * count);
          begins = Arrays.copyOf(begins, 2 * count + 1);
        }
        rows[count] = row;
        begins[count + 1] = Math.addExact(begins[count], segmentsOf(end - begin));
        count++;
      }
      begin = end;
    }
    longRows = Arrays.copyOf(rows, count);
    segments = Arrays.copyOf(begins, count + 1);
  }

  private static int segmentsOf(long edges) {
    return Math.toIntExact(Math.ceilDiv(edges, (long) HopOperand.SEGMENT_EDGES));
  }

  private long pointer(long row) {
    return operand.rowPointers().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, row);
  }

  /// `[long rows]`, ascending.
  int[] longRows() {
    return longRows;
  }

  /// `[long rows + 1]`, where each long row's segments begin among those of all long rows.
  int[] segments() {
    return segments;
  }

  /// `[long rows]`, the number of each one's edges, rounded to float32.
  float[] longCounts() {
    float[] counts = new float[longRows.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (float) (pointer(longRows[i] + 1L) - pointer(longRows[i]));
    }
    return counts;
  }

  /// Segments of all long rows.
  int segmentCount() {
    return segments[longRows.length];
  }

  /// The number of tasks.
  long count() {
    return firstTask(operand.nodes());
  }

  /// The first task of a row; of [HopOperand#nodes()], behind the last.
  long firstTask(int row) {
    int before = longRowsBefore(row);
    return (long) row - before + segments[before];
  }

  /// How many long rows are before a row.
  int longRowsBefore(int row) {
    int place = Arrays.binarySearch(longRows, row);
    return place >= 0 ? place : -1 - place;
  }

  /// Goes through the tasks in order.
  final class Cursor {
    private int row;
    private int segment;
    private int longRow;

    /// Writes the next tasks, and behind the last one an end without a target.
    ///
    /// @param begins int64 `[count]`, where their edges begin
    /// @param targets int32 `[count]`, the rows that they write, or -1 - s for segment s
    void write(int count, MemorySegment begins, MemorySegment targets) {
      for (int i = 0; i < count; i++) {
        long begin = pointer(row) + (long) segment * HopOperand.SEGMENT_EDGES;
        begins.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, begin);
        boolean isLong = longRow < longRows.length && longRows[longRow] == row;
        int target = isLong ? -1 - (segments[longRow] + segment) : row;
        targets.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, target);
        segment++;
        if (!isLong) {
          row++;
          segment = 0;
        } else if (segment == segments[longRow + 1] - segments[longRow]) {
          row++;
          segment = 0;
          longRow++;
        }
      }
    }
  }
}
