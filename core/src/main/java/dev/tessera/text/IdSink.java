package dev.tessera.text;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where ids go while a text is encoded: an array that stays in the first caches, from which they
/// are copied to larger ones when it is full; or a mere count. Full arrays are kept for the next
/// text, whoever encodes it.
///
/// Ids that are written one by one to memory that no cache holds cost a tenth of warm English.
final class IdSink {
  /// Ids that are written before they are copied on, 64 KB.
  private static final int HOT = 1 << 14;

  /// Ids that there is room for between texts, at most: long pieces are many bytes, and so much
  /// room is asked for.
  private static final int MOST_HOT = 1 << 17;

  /// Ids in an array that they are copied to.
  private static final int CHUNK = 1 << 16;

  /// Arrays kept for all sinks together, 16 MB at most: the ids of some 8 MB of text. New ones
  /// would be cleared first, in memory that no cache holds.
  private static final int KEPT = 64;

  private static final ArrayDeque<int[]> FREE = new ArrayDeque<>(KEPT);

  /// The array to write to.
  int[] ids = new int[HOT];

  /// Ids in it.
  int size;

  /// Where they are copied to, the first `filled` of it in use; null if that is nowhere yet.
  private int @Nullable [] chunk;

  private int filled;
  private final List<int[]> full = new ArrayList<>();
  private int[] sizes = new int[8];
  private long earlier;
  private boolean counting;

  /// Empties it.
  ///
  /// @param onlyCount whether ids are not wanted, but their number
  void begin(boolean onlyCount) {
    release();
    if (ids.length > MOST_HOT) {
      ids = new int[HOT];
    }
    size = 0;
    earlier = 0;
    counting = onlyCount;
  }

  /// Gives its arrays back. Their ids are lost.
  void release() {
    keepChunk();
    if (full.isEmpty()) {
      return;
    }
    synchronized (FREE) {
      for (int[] some : full) {
        if (FREE.size() < KEPT && some.length == CHUNK) {
          FREE.push(some);
        }
      }
    }
    full.clear();
  }

  private static int[] newChunk() {
    synchronized (FREE) {
      if (!FREE.isEmpty()) {
        return FREE.pop();
      }
    }
    return new int[CHUNK];
  }

  /// Sees to it that `room` more ids fit into [#ids].
  void reserve(int room) {
    if (room <= HOT - size) {
      return;
    }
    copyOn();
    if (ids.length < room) {
      ids = new int[Math.max(room, (int) Math.min(2L * ids.length, MOST_HOT))];
    }
  }

  /// Empties [#ids].
  private void copyOn() {
    if (!counting) {
      append(ids, size);
    }
    earlier += size;
    size = 0;
  }

  private void append(int[] some, int count) {
    for (int from = 0; from < count; ) {
      int[] to = chunk;
      if (to == null) {
        to = newChunk();
        chunk = to;
      }
      int part = Math.min(count - from, CHUNK - filled);
      System.arraycopy(some, from, to, filled, part);
      filled += part;
      from += part;
      if (filled == CHUNK) {
        keepChunk();
      }
    }
  }

  private void keepChunk() {
    if (chunk != null) {
      keep(chunk, filled);
      chunk = null;
      filled = 0;
    }
  }

  private void keep(int[] some, int count) {
    if (full.size() == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * sizes.length);
    }
    sizes[full.size()] = count;
    full.add(some);
  }

  /// Appends one id.
  void add(int id) {
    reserve(1);
    ids[size++] = id;
  }

  /// Appends many ids.
  void addAll(int[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  /// Appends all ids of another sink, which does not keep them.
  void take(Detached more) {
    copyOn();
    if (more.ids != null && more.count > 0) {
      keepChunk();
      keep(more.ids, more.count);
    }
    earlier += more.count;
  }

  /// Ids that left a sink.
  static final class Detached {
    private final int @Nullable [] ids; // at the beginning; null if only their number was wanted
    private final int count;

    private Detached(int @Nullable [] ids, int count) {
      this.ids = ids;
      this.count = count;
    }
  }

  /// Hands all ids over; the sink is empty then.
  ///
  /// @param among how many sinks' ids will be held together: if there are not too many, ids that
  ///   fill their array to a good part are handed over with it, else in an array of their number
  Detached detach(int among) {
    Detached all;
    if (counting) {
      all = new Detached(null, Math.toIntExact(total()));
    } else if (among <= KEPT && total() <= CHUNK && total() >= CHUNK / 4) {
      copyOn();
      keepChunk();
      all = new Detached(full.removeFirst(), sizes[0]);
    } else {
      all = new Detached(toArray(), Math.toIntExact(total()));
    }
    begin(counting);
    return all;
  }

  /// Whether ids are not wanted, but their number.
  boolean counts() {
    return counting;
  }

  /// How many ids there are.
  long total() {
    return earlier + size;
  }

  /// All ids.
  ///
  /// @throws IllegalStateException if an array cannot hold them
  int[] toArray() {
    int[] all = arrayForAll();
    copyTo(all, 0);
    return all;
  }

  private int[] arrayForAll() {
    if (total() > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "the text has %d tokens, an array holds at most %d: encode it from a MemorySegment"
              .formatted(total(), Integer.MAX_VALUE - 8));
    }
    return new int[(int) total()];
  }

  /// All ids, copied by the threads of a pool.
  ///
  /// @throws IllegalStateException as [#toArray()]
  int[] toArray(WorkerPool pool) {
    keepChunk();
    int[] all = arrayForAll();
    int[] offsets = new int[full.size() + 1];
    for (int i = 0; i < full.size(); i++) {
      offsets[i + 1] = offsets[i] + sizes[i];
    }
    pool.run(
        chunks -> {
          for (int i = (int) chunks.next(); i >= 0; i = (int) chunks.next()) {
            System.arraycopy(full.get(i), 0, all, offsets[i], sizes[i]);
          }
        },
        full.size());
    System.arraycopy(ids, 0, all, offsets[full.size()], size);
    return all;
  }

  /// Copies all ids to `target`, from `offset` on, where there is room.
  void copyTo(int[] target, int offset) {
    keepChunk();
    int at = offset;
    for (int i = 0; i < full.size(); i++) {
      System.arraycopy(full.get(i), 0, target, at, sizes[i]);
      at += sizes[i];
    }
    System.arraycopy(ids, 0, target, at, size);
  }

  /// All ids, in native memory.
  TokenIds toTokenIds() {
    keepChunk();
    TokenIds all = TokenIds.allocate(total());
    long at = 0;
    for (int i = 0; i < full.size(); i++) {
      copy(full.get(i), sizes[i], all, at);
      at += sizes[i];
    }
    copy(ids, size, all, at);
    return all;
  }

  /// Hands all ids to `blocks`, as views of the arrays that hold them until the next [#begin].
  void handTo(Consumer<TokenIds> blocks) {
    keepChunk();
    for (int i = 0; i < full.size(); i++) {
      handTo(blocks, full.get(i), sizes[i]);
    }
    handTo(blocks, ids, size);
  }

  private static void handTo(Consumer<TokenIds> blocks, int[] ids, int count) {
    if (count > 0) {
      blocks.accept(TokenIds.of(MemorySegment.ofArray(ids), count, 1));
    }
  }

  /// Copies the first `count` of `ids` to `target`, from `offset` on.
  static void copy(int[] ids, int count, TokenIds target, long offset) {
    MemorySegment.copy(
        ids,
        0,
        target.segment(),
        ValueLayout.JAVA_INT_UNALIGNED,
        offset * TokenIds.ELEMENT_BYTES,
        count);
  }
}
