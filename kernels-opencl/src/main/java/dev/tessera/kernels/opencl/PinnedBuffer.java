package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.Mapping;
import dev.tessera.kernels.opencl.OpenCl.MemoryId;
import dev.tessera.kernels.opencl.OpenCl.QueueId;
import java.lang.foreign.MemorySegment;

/// Page-locked memory of the host, mapped as long as it lives: copies between it and the device run
/// at about twice the rate of other memory, and beside kernels.
final class PinnedBuffer implements AutoCloseable {
  /// One piece of host memory, within what a mapping can hold.
  static final long MOST_BYTES = 1L << 30;

  private final OpenCl cl;
  private final QueueId queue;
  private final MemoryId id;
  private final Mapping mapping;
  private boolean closed;

  PinnedBuffer(OpenCl cl, QueueId queue, MemoryId id, long bytes) {
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "pinned memory comes in pieces of at most %d bytes, not %d".formatted(MOST_BYTES, bytes));
    }
    this.cl = cl;
    this.queue = queue;
    this.id = id;
    try {
      mapping = cl.map(queue, id, bytes);
    } catch (OpenClException e) {
      cl.release(id);
      throw e;
    }
  }

  /// The memory; not to be used after [#close()].
  MemorySegment segment() {
    return mapping.segment();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        cl.unmap(queue, mapping);
        cl.finish(queue);
      } catch (OpenClException e) {
        // a lost device has nothing to unmap any more
      }
      cl.release(id);
    }
  }
}
