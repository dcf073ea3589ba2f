package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.MemoryId;

/// Memory of the device.
final class Buffer implements AutoCloseable {
  private final Context context;
  private final MemoryId id;
  private final long bytes;
  private boolean closed;

  Buffer(Context context, MemoryId id, long bytes) {
    this.context = context;
    this.id = id;
    this.bytes = bytes;
  }

  MemoryId id() {
    return id;
  }

  long bytes() {
    return bytes;
  }

  /// Refuses a range that is not inside, which OpenCL need not notice.
  void checkRange(long offsetBytes, long lengthBytes) {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > bytes - lengthBytes) {
      throw new IndexOutOfBoundsException(
          "bytes %d to %d of a buffer of %d bytes"
              .formatted(offsetBytes, offsetBytes + lengthBytes, bytes));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      context.calls().release(id);
      context.freed(bytes);
    }
  }
}
