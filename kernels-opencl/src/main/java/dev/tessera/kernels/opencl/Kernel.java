package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.KernelId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A kernel object: a function with its arguments. A launch keeps the arguments it was made with;
/// the object itself is for one thread at a time.
final class Kernel implements AutoCloseable {
  private static final Object[] NOTHING = {};

  private final OpenCl cl;
  private final Device device;
  private final String name;
  private final KernelId id;
  private Object[] present = NOTHING;
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

  /// Sets the arguments from the first to the last: buffers, ints, longs and floats, as the kernel
  /// declares them. What it has already is not set again: of a stream's some hundred arguments a
  /// chunk, few change.
  void with(Object... arguments) {
    Object[] earlier = present;
    present = NOTHING; // if one cannot be set, nobody knows which have been
    for (int place = 0; place < arguments.length; place++) {
      if (place < earlier.length && arguments[place].equals(earlier[place])) {
        continue;
      }
      switch (arguments[place]) {
        case Buffer buffer -> cl.setArgument(id, place, buffer.id());
        case Integer value -> cl.setArgument(id, place, bytes(4).putInt(0, value).array());
        case Long value -> cl.setArgument(id, place, bytes(8).putLong(0, value).array());
        case Float value -> cl.setArgument(id, place, bytes(4).putFloat(0, value).array());
        default ->
            throw new IllegalArgumentException(
                "argument %d of %s is a %s".formatted(place, name, arguments[place].getClass()));
      }
    }
    present = arguments;
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
