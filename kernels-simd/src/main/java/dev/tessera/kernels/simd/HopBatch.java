package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Some runs of edges, each summed to a place of its own, as tiles go through them: copied from
/// memory segments to arrays, and their neighbours turned to places in memory. A loop over a
/// segment counts by 64 bits, which costs C2 some 60 instructions before each run of it, as much as
/// 5 edges; and what is computed here, many edges at a time, takes no room among the loads of
/// neighbours that a processor keeps waiting at a time. For one thread.
final class HopBatch {
  /// Edges of a batch: as many arrays as tiles read stay in the first cache.
  private static final int EDGES = 1024;

  private static final int RUNS = 256;

  private final int[] ids = new int[EDGES];
  private final short[] shortIds = new short[EDGES];
  private final long[] sources = new long[EDGES];
  private final long[] added = new long[EDGES];
  private final float[] weights = new float[EDGES];
  private final int[] packed = new int[RUNS];
  private final int[] ends = new int[RUNS];
  private final long[] places = new long[RUNS];
  private final MemorySegment near =
      Arena.ofAuto().allocate(2L * HopHalfTiles.MOST_VECTORS * Lanes.BYTES, Lanes.ALIGNMENT_BYTES);
  private int runs;
  private int count;
  private long first;

  /// Takes the first rows of those from `from` to `to - 1`, as many as there is room for, a run
  /// each. Rows longer than a segment are left out.
  ///
  /// @param rowPointers where rows begin among the edges
  /// @param place where row `from` goes; each row `stride` bytes behind the one before
  /// @return the row behind those that were taken or left out
  int takeRows(
      HopEdges edges, MemorySegment rowPointers, int from, int to, long place, long stride) {
    int row = from;
    // C2 looks before the loop whether arrays are long enough for all of it, and compiles the
    // method again and again where they would not be.
    int most = Math.min(to, from + RUNS);
    long end = HopEdges.pointer(rowPointers, from);
    first = end;
    runs = 0;
    count = 0;
    while (row < most) {
      long begin = end;
      end = HopEdges.pointer(rowPointers, row + 1L);
      if (end - begin <= HopOperand.SEGMENT_EDGES) {
        if (end - first > EDGES) {
          break;
        }
        count = (int) (end - first);
        places[runs] = place + (row - from) * stride;
        ends[runs++] = count;
      } else if (runs > 0) {
        break;
      } else {
        first = end;
      }
      row++;
    }
    HopEdges.columns(edges.columns(), first, ids, count);
    takeWeights(edges.weights(), edges.weightStep());
    return row;
  }

  /// Takes the first runs of those from `from` to `to - 1` of a block, as many as there is room
  /// for.
  ///
  /// @param edge the first run's first edge
  /// @param source where the block's first row lies
  /// @param sourceStride the distance of two rows
  /// @param stride the distance of two rows' sums
  /// @return the run behind those that were taken
  int takeRuns(
      HopBlocks blocks,
      MemorySegment parts,
      int from,
      int to,
      long edge,
      long source,
      long sourceStride,
      long stride) {
    first = edge;
    runs = Math.min(RUNS, to - from);
    HopBlocks.parts(parts, from, packed, runs);
    int end = 0;
    for (int i = 0; i < runs; i++) {
      end += HopBlocks.count(packed[i]);
      ends[i] = end;
      places[i] = HopBlocks.row(packed[i]) * stride;
    }
    while (ends[runs - 1] > EDGES) {
      runs--;
    }
    count = ends[runs - 1];
    HopBlocks.ids(blocks.ids(), first, shortIds, count);
    for (int i = 0; i < count; i++) {
      sources[i] = source + Short.toUnsignedInt(shortIds[i]) * sourceStride;
    }
    takeWeights(blocks.weights(), blocks.weightStep());
    return from + runs;
  }

  private void takeWeights(MemorySegment from, long step) {
    if (step == 0) {
      Arrays.fill(weights, 0, count, 1);
    } else {
      HopEdges.weights(from, first, weights, count);
    }
  }

  /// Says where neighbours lie: row j at byte `at + j * stride`.
  void locate(long at, long stride) {
    for (int i = 0; i < count; i++) {
      sources[i] = at + ids[i] * stride;
    }
  }

  /// Says where what edges add lies, from byte `column` of its row on.
  void locate(HopMessages messages, long column) {
    for (int i = 0; i < count; i++) {
      added[i] = column + messages.rowOffset(first + i);
    }
  }

  /// Room for a run's sums, as many vectors as a tile of bfloat16 keeps in registers.
  MemorySegment near() {
    return near;
  }

  /// How many runs there are.
  int runs() {
    return runs;
  }

  /// How many edges there are.
  int count() {
    return count;
  }

  /// Where each run ends among the edges.
  int[] ends() {
    return ends;
  }

  /// The byte where each run's sums go.
  long[] places() {
    return places;
  }

  /// The byte where each edge's neighbour begins.
  long[] sources() {
    return sources;
  }

  /// The byte where what each edge adds begins.
  long[] added() {
    return added;
  }

  /// The weight of each edge.
  float[] weights() {
    return weights;
  }
}
