package dev.tessera.kernels.opencl;

import dev.tessera.kernel.HopOperand.Aggregation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `hop.cl`: the tasks of rows, and the join of long rows' segments.
final class HopKernels implements AutoCloseable {
  /// Work-items of a work-group: whole warps, and several rows of few columns.
  private static final int GPU_ITEMS = 256;

  /// A processor runs a work-group as a loop.
  private static final int CPU_ITEMS = 64;

  /// Work-groups that keep a compute unit busy.
  private static final int GROUPS_PER_UNIT = 16;

  private final Aggregation aggregation;
  private final int items;
  private final int joinGroups;
  private final Kernel tasks;
  private final Kernel join;

  /// @param width floats of a vector of columns
  /// @param messages whether edges add something to features
  HopKernels(Context context, Aggregation aggregation, int width, boolean messages) {
    this.aggregation = aggregation;
    Device device = context.device();
    String options = options(device, width, messages, aggregation);
    boolean most = aggregation == Aggregation.MAX;
    joinGroups = device.computeUnits() * GROUPS_PER_UNIT;
    tasks = context.newKernel("hop.cl", options, most ? "max_tasks" : "sum_tasks");
    try {
      join = context.newKernel("hop.cl", options, most ? "join_maxima" : "join_sums");
    } catch (OpenClException e) {
      tasks.close();
      throw e;
    }
    int wanted = device.kind() == Device.Kind.CPU ? CPU_ITEMS : GPU_ITEMS;
    items =
        (int)
            Math.min(
                Math.min(wanted, device.mostWorkItems()),
                Math.min(tasks.mostWorkItems(), join.mostWorkItems()));
  }

  /// The constants of the program.
  static String options(Device device, int width, boolean messages, Aggregation aggregation) {
    boolean mean = aggregation == Aggregation.MEAN;
    return options(width, messages, mean, mean ? Division.options(device) : "");
  }

  /// Likewise.
  ///
  /// @param division from [Division]; empty without means
  static String options(int width, boolean messages, boolean mean, String division) {
    return "-DWIDTH=%d -DMESSAGES=%d -DMEAN=%d %s"
        .formatted(width, messages ? 1 : 0, mean ? 1 : 0, division)
        .strip();
  }

  /// Rows that a work-group works on where none is long.
  int rowsPerGroup(ColumnSlab slab) {
    return Math.max(1, items / slab.lanes());
  }

  /// What edges add.
  ///
  /// @param table `[kinds x vectors]`
  /// @param kinds `[edges]` rows of the table; null where an edge's row is its own place
  /// @param rectified whether a message at or below zero becomes zero
  record Messages(Buffer table, @Nullable Buffer kinds, boolean rectified) {}

  /// Aggregates rows `from` to `from + rows - 1` of [SlabMemory#source()] into
  /// [SlabMemory#target()].
  void run(
      ChunkCommands commands,
      DeviceGraph graph,
      SlabMemory memory,
      @Nullable Messages messages,
      int from,
      int rows) {
    HopTasks all = graph.tasks();
    int vectors = memory.slab().vectors();
    int lanes = memory.slab().lanes();
    long first = all.firstTask(from);
    int count = Math.toIntExact(all.firstTask(from + rows) - first);
    Buffer unread = graph.columns();
    Buffer weights = graph.weights();
    Buffer table = messages == null ? unread : messages.table;
    Buffer kinds = messages == null ? null : messages.kinds;
    Object[] edges = {
      lanes,
      vectors,
      memory.source(),
      graph.begins(),
      graph.targets(),
      graph.columns(),
      weights == null ? 0 : 1,
      weights == null ? unread : weights,
      table,
      kinds == null ? 0 : 1,
      kinds == null ? unread : kinds,
      messages != null && messages.rectified ? 1 : 0,
    };
    Object[] range = {first, count, memory.target(), memory.partials()};
    tasks.with(concat(edges, range));
    long groups = Math.ceilDiv((long) count * lanes, (long) items);
    commands.run(
        "aggregate", tasks, new long[] {groups, memory.slab().panels()}, new long[] {items, 1});
    int firstLong = all.longRowsBefore(from);
    int longRows = all.longRowsBefore(from + rows) - firstLong;
    if (longRows > 0) {
      Object[] places = {vectors, graph.longRows(), graph.segments()};
      Object[] part = {firstLong, longRows, memory.partials(), memory.target()};
      boolean most = aggregation == Aggregation.MAX;
      join.with(most ? concat(places, part) : concat(places, new Object[] {graph.counts()}, part));
      long joins = Math.ceilDiv((long) longRows * vectors, (long) items);
      commands.run("join", join, Math.min(joins, joinGroups), items);
    }
  }

  private static Object[] concat(Object[]... parts) {
    return Arrays.stream(parts).flatMap(Arrays::stream).toArray();
  }

  @Override
  public void close() {
    tasks.close();
    join.close();
  }
}
