package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.KernelId;
import dev.tessera.kernels.opencl.OpenCl.MemoryId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A kernel object: a function with its arguments. A launch keeps the arguments it was made with;
/// the object itself is for one thread at a time.
final class Kernel implements AutoCloseable {
  private final OpenCl cl;
  private final Device device;
  private final String name;
  private final KernelId id;
  private boolean closed;

  Kernel(OpenCl cl, Device device, String name, KernelId id) {
    this.cl = cl;
    this.device = device;
    this.name = name;
    this.id = id;
  }

  KernelId id() {
    return id;
  }

  /// Sets the arguments from the first to the last: buffers (or null for none), ints, longs, floats and doubles, as
  /// the kernel declares them.
  void with(@Nullable Object... arguments) {
    for (int place = 0; place < arguments.length; place++) {
      withOne(place, arguments[place]);
    }
  }

  /// Sets one argument.
  void withOne(int place, @Nullable Object argument) {
    switch (argument) {
      case null -> cl.setArgument(id, place, (MemoryId) null);
      case Buffer buffer -> cl.setArgument(id, place, buffer.id());
      case Integer value -> cl.setArgument(id, place, bytes(Integer.BYTES).putInt(0, value).array());
      case Long value -> cl.setArgument(id, place, bytes(Long.BYTES).putLong(0, value).array());
      case Float value -> cl.setArgument(id, place, bytes(Float.BYTES).putFloat(0, value).array());
      case Double value -> cl.setArgument(id, place, bytes(Double.BYTES).putDouble(0, value).array());
      default ->
          throw new IllegalArgumentException(
              "argument %d of %s is a %s".formatted(place, name, argument.getClass()));
    }
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.nativeOrder());
  }

  /// The most work-items of a work-group that the device can run this kernel with.
  long mostWorkItems() {
    return cl.mostWorkItems(id, device.id());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cl.release(id);
    }
  }
}
