package dev.tessera.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the hops of a slab work with, in the device's memory: a hop reads [#source()] and writes
/// [#target()], and the next one the other way round. Not thread-safe.
final class SlabMemory implements AutoCloseable {
  private final ColumnSlab slab;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Buffer partials;
  private final @Nullable Buffer table;
  private Buffer source;
  private Buffer target;

  /// @param tableRows rows of what edges add, or -1 where they add nothing
  SlabMemory(Context context, int nodes, HopTasks tasks, ColumnSlab slab, long tableRows) {
    this.slab = slab;
    boolean made = false;
    try {
      source = buffer(context, nodes * slab.rowBytes());
      target = buffer(context, nodes * slab.rowBytes());
      partials = buffer(context, tasks.segmentCount() * slab.rowBytes());
      table = tableRows < 0 ? null : buffer(context, tableRows * slab.rowBytes());
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  private Buffer buffer(Context context, long bytes) {
    Buffer made = context.newBuffer(bytes);
    buffers.add(made);
    return made;
  }

  /// Device memory that a slab takes, in bytes.
  ///
  /// @param tableRows as above
  static long bytes(int nodes, HopTasks tasks, ColumnSlab slab, long tableRows) {
    return (2L * nodes + tasks.segmentCount() + Math.max(0, tableRows)) * slab.rowBytes();
  }

  /// The most vectors of a slab that memory and buffers allow, and 0 where they allow none.
  ///
  /// @param tableRows as above
  static long mostVectors(
      int nodes, HopTasks tasks, int width, long tableRows, long freeBytes, long mostBufferBytes) {
    long bytes = bytes(nodes, tasks, new ColumnSlab(0, width, width), tableRows);
    long longest = Math.max(Math.max(nodes, tasks.segmentCount()), tableRows);
    long longestBytes = Math.max(1, longest) * width * Float.BYTES;
    return Math.max(0, Math.min(freeBytes / Math.max(1, bytes), mostBufferBytes / longestBytes));
  }

  ColumnSlab slab() {
    return slab;
  }

  /// `[nodes x vectors]`, the hop before.
  Buffer source() {
    return source;
  }

  /// `[nodes x vectors]`, the hop that is being made.
  Buffer target() {
    return target;
  }

  /// Has the next hop read what the last one wrote.
  void swap() {
    Buffer written = target;
    target = source;
    source = written;
  }

  /// `[segments of long rows x vectors]`.
  Buffer partials() {
    return partials;
  }

  /// `[kinds x vectors]`, what edges add; null where they add nothing.
  @Nullable Buffer table() {
    return table;
  }

  /// Device memory held, in bytes.
  long bytes() {
    return buffers.stream().mapToLong(Buffer::bytes).sum();
  }

  @Override
  public void close() {
    buffers.forEach(Buffer::close);
  }
}
