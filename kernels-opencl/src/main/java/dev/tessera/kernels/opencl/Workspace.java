package dev.tessera.kernels.opencl;

import java.util.HashMap;
import java.util.Map;

/// Buffers by name, kept from call to call, made anew where one is too small. Not thread-safe.
final class Workspace implements AutoCloseable {
  private final Context context;
  private final Queue mapping;
  private final Map<String, Buffer> buffers = new HashMap<>();
  private final Map<String, PinnedBuffer> pinned = new HashMap<>();

  /// @param mapping the queue that maps pinned memory
  Workspace(Context context, Queue mapping) {
    this.context = context;
    this.mapping = mapping;
  }

  /// Device memory of at least so many bytes; holds anything.
  Buffer buffer(String name, long bytes) {
    Buffer found = buffers.get(name);
    if (found == null || found.bytes() < bytes) {
      if (found != null) {
        buffers.remove(name);
        found.close();
      }
      found = context.newBuffer(bytes);
      buffers.put(name, found);
    }
    return found;
  }

  /// Pinned host memory of at least so many bytes; holds anything.
  PinnedBuffer pinned(String name, long bytes) {
    PinnedBuffer found = pinned.get(name);
    if (found == null || found.segment().byteSize() < bytes) {
      if (found != null) {
        pinned.remove(name);
        found.close();
      }
      found = context.newPinnedBuffer(mapping, bytes);
      pinned.put(name, found);
    }
    return found;
  }

  /// Device memory held, in bytes.
  long bytes() {
    return buffers.values().stream().mapToLong(Buffer::bytes).sum();
  }

  /// Frees everything.
  @Override
  public void close() {
    buffers.values().forEach(Buffer::close);
    buffers.clear();
    pinned.values().forEach(PinnedBuffer::close);
    pinned.clear();
  }
}
