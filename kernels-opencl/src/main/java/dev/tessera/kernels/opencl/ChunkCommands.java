package dev.tessera.kernels.opencl;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands of one chunk of rows: copies in, kernels, copies out, each kind on an in-order
/// queue of its own and joined by events, so that the copies of one chunk run beside the kernels of
/// another.
final class ChunkCommands {
  /// The three queues.
  record Queues(Queue in, Queue kernels, Queue out) implements AutoCloseable {
    /// Waits for everything that was started.
    void finish() {
      in.finish();
      kernels.finish();
      out.finish();
    }

    @Override
    public void close() {
      in.close();
      kernels.close();
      out.close();
    }
  }

  /// A command that was started.
  ///
  /// @param kernel its name; null for a copy
  /// @param bytes copied in, or out where negative
  private record Started(Event end, @Nullable String kernel, long bytes) {}

  private final Queues queues;
  private final List<Started> started = new ArrayList<>();
  private @Nullable Event copiedIn;
  private @Nullable Event computed;
  private long waitedNanos;

  ChunkCommands(Queues queues) {
    this.queues = queues;
  }

  /// Copies pinned memory in, before all kernels that follow.
  void copyIn(MemorySegment from, Buffer to) {
    copyIn(from, to, 0);
  }

  /// As [#copyIn(MemorySegment, Buffer)], from a byte of the buffer on.
  void copyIn(MemorySegment from, Buffer to, long offsetBytes) {
    copiedIn = queues.in().write(to, offsetBytes, from);
    started.add(new Started(copiedIn, null, from.byteSize()));
  }

  /// As [#copyIn(MemorySegment, Buffer, long)], and hands the copy over to the device.
  ///
  /// @return its end, which the caller closes
  Event copyInNow(MemorySegment from, Buffer to, long offsetBytes) {
    copyIn(from, to, offsetBytes);
    queues.in().flush();
    return started.getLast().end.share();
  }

  /// Waits for an earlier copy, whose memory is to be written anew.
  void awaitEarlier(Event copy) {
    long start = System.nanoTime();
    copy.await();
    waitedNanos += System.nanoTime() - start;
  }

  /// How long [#awaitEarlier] took since the last [#await].
  long waitedNanos() {
    return waitedNanos;
  }

  /// Copies memory in between two kernels.
  void copyBetween(MemorySegment from, Buffer to) {
    Event end = queues.kernels().write(to, 0, from);
    started.add(new Started(end, null, from.byteSize()));
  }

  /// Copies from buffer to buffer, between two kernels.
  void copy(Buffer from, long fromOffsetBytes, Buffer to, long toOffsetBytes, long bytes) {
    Event end = queues.kernels().copy(from, fromOffsetBytes, to, toOffsetBytes, bytes);
    computed = end;
    started.add(new Started(end, "copy", 0));
  }

  /// Runs a kernel with its present arguments.
  ///
  /// @param groups work-groups, in each dimension
  /// @param items work-items of a work-group, in each dimension
  void run(String name, Kernel kernel, long[] groups, long[] items) {
    Event before = copiedIn;
    copiedIn = null;
    if (before == null) {
      computed = queues.kernels().launch(kernel, groups, items);
    } else {
      // The copies were started before the kernel and must be under way for others to wait.
      queues.in().flush();
      computed = queues.kernels().launch(kernel, groups, items, before);
    }
    started.add(new Started(computed, name, 0));
  }

  /// Runs a kernel in one dimension.
  void run(String name, Kernel kernel, long groups, long items) {
    run(name, kernel, new long[] {groups}, new long[] {items});
  }

  /// Copies the first bytes of a buffer out to pinned memory, after all kernels so far.
  void copyOut(Buffer from, MemorySegment to) {
    copyOut(from, 0, to);
  }

  /// As [#copyOut(Buffer, MemorySegment)], from a byte of the buffer on.
  void copyOut(Buffer from, long offsetBytes, MemorySegment to) {
    Event before = computed;
    computed = null;
    Event end;
    if (before == null) {
      end = queues.out().read(from, offsetBytes, to);
    } else {
      queues.kernels().flush();
      end = queues.out().read(from, offsetBytes, to, before);
    }
    started.add(new Started(end, null, -to.byteSize()));
  }

  /// Has the kernels that follow wait for the copies out so far, whose buffers they write anew.
  void waitForCopiesOut() {
    copiedIn = started.getLast().end;
    queues.out().flush();
  }

  /// Hands all commands over to the device.
  void submit() {
    queues.in().flush();
    queues.kernels().flush();
    queues.out().flush();
  }

  /// Waits for all commands and adds up their times.
  void await(DeviceTimes times) {
    long start = System.nanoTime();
    for (Started command : started) {
      command.end.await();
    }
    times.waited(System.nanoTime() - start + waitedNanos);
    for (Started command : started) {
      long nanos = command.end.nanos();
      if (command.kernel != null) {
        times.kernel(command.kernel, nanos);
      } else if (command.bytes >= 0) {
        times.copiedIn(command.bytes, nanos);
      } else {
        times.copiedOut(-command.bytes, nanos);
      }
    }
    forget();
  }

  /// Gives the events up.
  void forget() {
    started.forEach(command -> command.end.close());
    started.clear();
    copiedIn = null;
    computed = null;
    waitedNanos = 0;
  }
}
