package dev.tessera.kernels.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;

/// Arrays on a device, for checks: each call waits until it is done. Closing frees all buffers and
/// kernels that were made here.
final class DeviceArrays implements AutoCloseable {
  private final Context context;
  private final Queue queue;
  private final String options;
  private final Deque<AutoCloseable> held = new ArrayDeque<>();

  /// @param options compiler options that every program gets, as in `-cl-opt-disable`; may be empty
  DeviceArrays(Context context, String options) {
    this.context = context;
    this.options = options;
    queue = context.newQueue();
  }

  Context context() {
    return context;
  }

  Queue queue() {
    return queue;
  }

  /// A buffer of `bytes` zeros.
  Buffer zeros(long bytes) {
    Buffer buffer = hold(context.newBuffer(bytes));
    try (Arena arena = Arena.ofConfined()) {
      write(buffer, arena.allocate(Math.max(1, bytes)));
    }
    return buffer;
  }

  /// A buffer that nobody has written to: reading what no kernel wrote is an error that oclgrind
  /// reports.
  Buffer unwritten(long bytes) {
    return hold(context.newBuffer(bytes));
  }

  Buffer of(float... values) {
    return upload(MemorySegment.ofArray(values));
  }

  Buffer of(int... values) {
    return upload(MemorySegment.ofArray(values));
  }

  Buffer of(long... values) {
    return upload(MemorySegment.ofArray(values));
  }

  Buffer of(double... values) {
    return upload(MemorySegment.ofArray(values));
  }

  private Buffer upload(MemorySegment values) {
    Buffer buffer = hold(context.newBuffer(values.byteSize()));
    if (values.byteSize() > 0) {
      try (Arena arena = Arena.ofConfined()) {
        write(buffer, arena.allocate(values.byteSize(), Double.BYTES).copyFrom(values));
      }
    }
    return buffer;
  }

  /// Blocking, and past the seam, whose copies do not wait: JOCL lets a thread of its own wait for
  /// those, and oclgrind runs commands on whatever thread waits, which is one too many.
  private void write(Buffer buffer, MemorySegment values) {
    buffer.checkRange(0, values.byteSize());
    int status =
        CL.clEnqueueWriteBuffer(
            (cl_command_queue) queue.id().handle(),
            (cl_mem) buffer.id().handle(),
            true,
            0,
            values.byteSize(),
            Pointer.to(values.asByteBuffer()),
            0,
            null,
            null);
    check("clEnqueueWriteBuffer", status);
  }

  private static void check(String call, int status) {
    if (status != CL.CL_SUCCESS) {
      throw new OpenClException(call, status, CL.stringFor_errorCode(status));
    }
  }

  float[] floats(Buffer buffer, int count) {
    try (Arena arena = Arena.ofConfined()) {
      return read(arena, buffer, (long) count * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  int[] ints(Buffer buffer, int count) {
    try (Arena arena = Arena.ofConfined()) {
      return read(arena, buffer, (long) count * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }
  }

  double[] doubles(Buffer buffer, int count) {
    try (Arena arena = Arena.ofConfined()) {
      return read(arena, buffer, (long) count * Double.BYTES).toArray(ValueLayout.JAVA_DOUBLE);
    }
  }

  private MemorySegment read(Arena arena, Buffer buffer, long bytes) {
    MemorySegment values = arena.allocate(bytes, Double.BYTES);
    if (bytes > 0) {
      buffer.checkRange(0, bytes);
      int status =
          CL.clEnqueueReadBuffer(
              (cl_command_queue) queue.id().handle(),
              (cl_mem) buffer.id().handle(),
              true,
              0,
              bytes,
              Pointer.to(values.asByteBuffer()),
              0,
              null,
              null);
      check("clEnqueueReadBuffer", status);
    }
    return values;
  }

  /// Runs a kernel and waits for it.
  ///
  /// @param constants as in `-DMETRIC=0`
  /// @param groups work-groups in each dimension
  /// @param items work-items of a work-group in the first dimension
  /// @return how long it ran on the device, in nanoseconds
  long run(
      String source, String constants, String name, long[] groups, int items, Object... arguments) {
    Kernel kernel = hold(context.newKernel(source, (constants + " " + options).strip(), name));
    kernel.with(arguments);
    long[] local = new long[groups.length];
    Arrays.fill(local, 1);
    local[0] = items;
    try (Event done = queue.launch(kernel, groups, local)) {
      done.await();
      return done.nanos();
    }
  }

  private <T extends AutoCloseable> T hold(T resource) {
    held.push(resource);
    return resource;
  }

  @Override
  public void close() {
    queue.finish();
    for (AutoCloseable resource : held) {
      switch (resource) {
        case Buffer buffer -> buffer.close();
        case Kernel kernel -> kernel.close();
        default -> throw new IllegalStateException("holds a " + resource.getClass());
      }
    }
    held.clear();
    queue.close();
  }
}
