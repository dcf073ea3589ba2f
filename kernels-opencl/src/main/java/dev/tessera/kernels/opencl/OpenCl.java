package dev.tessera.kernels.opencl;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// The OpenCL calls that this backend makes. [JoclCalls] makes them through JOCL; tests put a
/// decorator in between, which fails on command. Handles are opaque: whoever implements the calls
/// knows what is in them.
///
/// Every call throws [OpenClException] where OpenCL reports a failure. Thread-safe, but for
/// [#setArgument]: a kernel object is for one thread at a time.
interface OpenCl {
  /// What OpenCL makes and must be told to release.
  sealed interface Resource {}

  /// A driver.
  record PlatformId(Object handle) {}

  /// A device.
  record DeviceId(Object handle) {}

  /// What buffers, queues and programs of a device belong to.
  record ContextId(Object handle) implements Resource {}

  /// An in-order command queue that measures.
  record QueueId(Object handle) implements Resource {}

  /// A buffer.
  record MemoryId(Object handle) implements Resource {}

  /// A program.
  record ProgramId(Object handle) implements Resource {}

  /// A kernel with its arguments.
  record KernelId(Object handle) implements Resource {}

  /// A command's end.
  record EventId(Object handle) implements Resource {}

  /// A buffer's memory in the host's address space.
  ///
  /// @param handle what unmapping needs
  record Mapping(MemoryId memory, MemorySegment segment, Object handle) {}

  /// All platforms, none where no driver is installed.
  ///
  /// @throws LinkageError if there is no OpenCL library
  List<PlatformId> platforms();

  /// All devices of a platform; it may have none.
  List<DeviceId> devices(PlatformId platform);

  /// A platform's property, as OpenCL stores it.
  byte[] info(PlatformId platform, int property);

  /// A device's property, as OpenCL stores it.
  byte[] info(DeviceId device, int property);

  /// A context of one device.
  ContextId createContext(PlatformId platform, DeviceId device);

  /// An in-order queue with profiling.
  QueueId createQueue(ContextId context, DeviceId device);

  /// A buffer that kernels read and write.
  ///
  /// @param bytes its size, at least 1
  /// @param pinned whether it is for the host: page-locked memory that [#map] gives access to
  MemoryId createBuffer(ContextId context, long bytes, boolean pinned);

  /// Maps a whole pinned buffer for reading and writing, and waits for it.
  Mapping map(QueueId queue, MemoryId memory, long bytes);

  /// Gives a mapping up.
  void unmap(QueueId queue, Mapping mapping);

  /// Starts a copy to the device; `from` is native memory that stays as it is until then.
  ///
  /// @param after what must end before
  EventId write(
      QueueId queue, MemoryId memory, long offsetBytes, MemorySegment from, List<EventId> after);

  /// Starts a copy from the device; `to` is native memory.
  ///
  /// @param after what must end before
  EventId read(
      QueueId queue, MemoryId memory, long offsetBytes, MemorySegment to, List<EventId> after);

  /// Starts a copy from buffer to buffer.
  EventId copy(
      QueueId queue,
      MemoryId from,
      long fromOffsetBytes,
      MemoryId to,
      long toOffsetBytes,
      long bytes);

  /// Starts a kernel over `global` work-items in groups of `local`, with its present arguments.
  ///
  /// @param after what must end before
  EventId launch(QueueId queue, KernelId kernel, long[] global, long[] local, List<EventId> after);

  /// Compiles a program for a device.
  ///
  /// @throws OpenClException if it does not compile, with the compiler's log
  ProgramId build(ContextId context, DeviceId device, String source, String options);

  /// A new kernel object.
  KernelId createKernel(ProgramId program, String name);

  /// Sets an argument to a buffer.
  void setArgument(KernelId kernel, int place, MemoryId memory);

  /// Sets an argument to a value, in native byte order.
  void setArgument(KernelId kernel, int place, byte[] value);

  /// The most work-items of a work-group of this kernel.
  long mostWorkItems(KernelId kernel, DeviceId device);

  /// Hands the commands over to the device.
  void flush(QueueId queue);

  /// Waits for all commands of a queue.
  void finish(QueueId queue);

  /// Waits for a command.
  void await(EventId event);

  /// Whether a command has ended, one way or another; does not wait.
  boolean isEnded(EventId event);

  /// How long a command ran on the device that has ended, in nanoseconds.
  long nanos(EventId event);

  /// Another hold on a command's end, to be released, too.
  EventId retain(EventId event);

  /// Frees an object. A failure to do so is no reason to stop, and is not reported.
  void release(Resource resource);
}
