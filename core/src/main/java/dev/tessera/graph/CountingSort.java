package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What stable counting sorts of edges share. Each thread owns a range of the keys and reads all
/// edges: so the result is the same for any number of threads, nothing is locked, and a thread
/// writes to its own part of memory. Reading an edge that belongs to others takes under a
/// nanosecond, placing one some five.
final class CountingSort {
  /// Below this, starting threads takes longer than sorting.
  private static final long LEAST_EDGES = 1 << 17;

  private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG_UNALIGNED;

  private CountingSort() {}

  /// Work on the edges whose keys lie within `[low, high)`.
  interface KeyRange {
    void work(int low, int high);
  }

  /// Threads for work on so many edges.
  static WorkerPool pool(int threads, long edges) {
    return new WorkerPool("tessera-graph", edges < LEAST_EDGES ? 1 : threads);
  }

  /// Works on ranges of as many keys each.
  static void shareKeys(WorkerPool pool, int keys, KeyRange work) {
    int ranges = pool.threads();
    pool.run(
        chunks -> {
          for (long range = chunks.next(); range >= 0; range = chunks.next()) {
            work.work((int) (keys * range / ranges), (int) (keys * (range + 1) / ranges));
          }
        },
        ranges);
  }

  /// Works on ranges of about as many edges each.
  ///
  /// @param pointers where the edges of each key begin, and the end
  static void shareEdges(WorkerPool pool, MemorySegment pointers, int keys, KeyRange work) {
    int ranges = pool.threads();
    int[] bounds = new int[ranges + 1];
    long edges = get(pointers, keys);
    bounds[ranges] = keys;
    for (int range = 1; range < ranges; range++) {
      // Edges times ranges may pass 2^63.
      long wanted = edges / ranges * range;
      int low = bounds[range - 1];
      int high = keys;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (get(pointers, middle) < wanted) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      bounds[range] = low;
    }
    pool.run(
        chunks -> {
          for (long range = chunks.next(); range >= 0; range = chunks.next()) {
            int low = bounds[(int) range];
            int high = bounds[(int) range + 1];
            if (low < high) {
              work.work(low, high);
            }
          }
        },
        ranges);
  }

  /// Counts one edge of `key`: at the place behind the key's own.
  static void count(MemorySegment pointers, int key) {
    long at = (key + 1L) * Long.BYTES;
    pointers.set(POINTER, at, pointers.get(POINTER, at) + 1);
  }

  /// Turns counts into where each key's edges begin, and the end.
  static void accumulate(MemorySegment pointers, int keys) {
    long total = 0;
    for (long key = 1; key <= keys; key++) {
      total += get(pointers, key);
      pointers.set(POINTER, key * Long.BYTES, total);
    }
  }

  /// The next free place of `key`, which is then taken: its pointer moves on.
  static long take(MemorySegment pointers, int key) {
    long place = get(pointers, key);
    pointers.set(POINTER, key * (long) Long.BYTES, place + 1);
    return place;
  }

  /// Moves the pointers back, once every place is taken.
  static void rewind(MemorySegment pointers, int keys) {
    MemorySegment.copy(pointers, 0, pointers, Long.BYTES, keys * (long) Long.BYTES);
    pointers.set(POINTER, 0, 0);
  }

  private static long get(MemorySegment pointers, long key) {
    return pointers.get(POINTER, key * Long.BYTES);
  }
}
