package dev.tessera.kernels.opencl;

import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.HopOperand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A graph in the device's memory: its edges, and its rows as tasks (see [HopTasks]). Not
/// thread-safe.
final class DeviceGraph implements AutoCloseable {
  private final HopOperand operand;
  private final HopTasks tasks;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Buffer begins;
  private final Buffer targets;
  private final Buffer columns;
  private final @Nullable Buffer weights;
  private final Buffer longRows;
  private final Buffer segments;
  private final Buffer counts;
  private volatile boolean closed;

  /// Puts a graph on the device, within [Session#run].
  DeviceGraph(Session session, HopOperand operand, HopTasks tasks, DeviceTimes times) {
    this.operand = operand;
    this.tasks = tasks;
    Context context = session.context();
    boolean filled = false;
    try {
      begins = buffer(context, (tasks.count() + 1) * Long.BYTES);
      targets = buffer(context, (tasks.count() + 1) * Integer.BYTES);
      columns = buffer(context, operand.edges() * Integer.BYTES);
      weights = operand.weights() == null ? null : buffer(context, operand.edges() * Float.BYTES);
      longRows = buffer(context, (long) tasks.longRows().length * Integer.BYTES);
      segments = buffer(context, (long) tasks.segments().length * Integer.BYTES);
      counts = buffer(context, (long) tasks.longRows().length * Float.BYTES);
      RowStream.run(
          session,
          new TasksUpload(session.workspace(), tasks, begins, targets),
          tasks.count() + 1,
          times);
      WordsUpload.run(session, operand.columns(), operand.edges(), columns, times);
      if (weights != null && operand.weights() != null) {
        upload(session, operand.weights(), weights, times);
      }
      int rows = tasks.longRows().length;
      WordsUpload.run(session, MemorySegment.ofArray(tasks.longRows()), rows, longRows, times);
      WordsUpload.run(session, MemorySegment.ofArray(tasks.segments()), rows + 1L, segments, times);
      WordsUpload.run(session, MemorySegment.ofArray(tasks.longCounts()), rows, counts, times);
      filled = true;
    } finally {
      if (!filled) {
        close();
      }
    }
  }

  /// Weights that are computed lie in memory meanwhile.
  private void upload(Session session, EdgeWeights from, Buffer to, DeviceTimes times) {
    MemorySegment stored = from.stored();
    if (stored != null) {
      WordsUpload.run(session, stored, operand.edges(), to, times);
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment computed = arena.allocate(operand.edges() * Float.BYTES, Float.BYTES);
      operand.copyWeights(session.pool(), computed);
      WordsUpload.run(session, computed, operand.edges(), to, times);
    }
  }

  private Buffer buffer(Context context, long bytes) {
    Buffer made = context.newBuffer(bytes);
    buffers.add(made);
    return made;
  }

  /// Device memory that a graph takes, in bytes.
  static long bytes(HopOperand operand, HopTasks tasks) {
    long perEdge = (long) Integer.BYTES + (operand.weights() == null ? 0 : Float.BYTES);
    return (tasks.count() + 1L) * ((long) Long.BYTES + Integer.BYTES)
        + operand.edges() * perEdge
        + (tasks.longRows().length + 1L) * (2L * Integer.BYTES + Float.BYTES);
  }

  /// The largest of its buffers, in bytes.
  static long largestBufferBytes(HopOperand operand, HopTasks tasks) {
    return Math.max(operand.edges() * Integer.BYTES, (tasks.count() + 1) * Long.BYTES);
  }

  HopOperand operand() {
    return operand;
  }

  HopTasks tasks() {
    return tasks;
  }

  Buffer begins() {
    return begins;
  }

  Buffer targets() {
    return targets;
  }

  Buffer columns() {
    return columns;
  }

  /// `[edges]`, or null where every weight is 1.
  @Nullable Buffer weights() {
    return weights;
  }

  Buffer longRows() {
    return longRows;
  }

  Buffer segments() {
    return segments;
  }

  Buffer counts() {
    return counts;
  }

  /// Device memory held, in bytes.
  long bytes() {
    return buffers.stream().mapToLong(Buffer::bytes).sum();
  }

  /// Whether it has left the device, to make room for others.
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      buffers.forEach(Buffer::close);
    }
  }
}
