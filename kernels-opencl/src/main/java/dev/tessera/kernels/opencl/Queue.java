package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.EventId;
import dev.tessera.kernels.opencl.OpenCl.QueueId;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Commands that run one behind the other. Each command may wait for events of other queues.
final class Queue implements AutoCloseable {
  /// The most bytes of one copy: what a view of the memory can span.
  private static final long MOST_COPIED_BYTES = 1L << 30;

  private final OpenCl cl;
  private final QueueId id;
  private boolean closed;

  Queue(OpenCl cl, QueueId id) {
    this.cl = cl;
    this.id = id;
  }

  QueueId id() {
    return id;
  }

  /// Starts a copy of native memory, which must stay as it is until then, to the device.
  Event write(Buffer to, long offsetBytes, MemorySegment from, Event... after) {
    to.checkRange(offsetBytes, from.byteSize());
    List<EventId> before = ids(after);
    long done = 0;
    while (from.byteSize() - done > MOST_COPIED_BYTES) {
      MemorySegment piece = from.asSlice(done, MOST_COPIED_BYTES);
      cl.release(cl.write(id, to.id(), offsetBytes + done, piece, before));
      done += MOST_COPIED_BYTES;
    }
    return new Event(cl, cl.write(id, to.id(), offsetBytes + done, from.asSlice(done), before));
  }

  /// Starts a copy from the device to native memory.
  Event read(Buffer from, long offsetBytes, MemorySegment to, Event... after) {
    from.checkRange(offsetBytes, to.byteSize());
    return new Event(cl, cl.read(id, from.id(), offsetBytes, to, ids(after)));
  }

  /// Starts a copy from buffer to buffer.
  Event copy(Buffer from, long fromOffsetBytes, Buffer to, long toOffsetBytes, long bytes) {
    from.checkRange(fromOffsetBytes, bytes);
    to.checkRange(toOffsetBytes, bytes);
    return new Event(cl, cl.copy(id, from.id(), fromOffsetBytes, to.id(), toOffsetBytes, bytes));
  }

  /// Starts a kernel with its present arguments.
  ///
  /// @param groups work-groups, in each dimension
  /// @param items work-items of a work-group, in each dimension
  Event launch(Kernel kernel, long[] groups, long[] items, Event... after) {
    long[] global = new long[groups.length];
    Arrays.setAll(global, i -> Math.multiplyExact(groups[i], items[i]));
    return new Event(cl, cl.launch(id, kernel.id(), global, items, ids(after)));
  }

  private static List<EventId> ids(Event... events) {
    return Arrays.stream(events).map(Event::id).toList();
  }

  /// Hands the commands so far over to the device.
  void flush() {
    cl.flush(id);
  }

  /// Waits for all commands so far.
  void finish() {
    cl.finish(id);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cl.release(id);
    }
  }
}
