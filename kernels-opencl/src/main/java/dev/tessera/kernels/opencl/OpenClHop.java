package dev.tessera.kernels.opencl;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Hop aggregation on a device: the graph is put there once, on the first call; features go in,
/// hops follow each other there, and those that are wanted come out. Features that the memory
/// cannot hold go through in slabs of columns. Calls take turns (see [Session]).
final class OpenClHop implements HopKernel {
  static final String OPERATION = "hop aggregation";

  /// Building the program takes about so long where the driver has not kept it, in nanoseconds.
  private static final double BUILDING_NANOS = 0.5e9;

  /// Making the tasks of a row takes about so long, in nanoseconds.
  private static final double TASK_NANOS = 5;

  private final Session session;
  private final HopOperand operand;
  private final HopTasks tasks;
  private final DeviceTimes times = new DeviceTimes();
  private final LongAdder preparedNanos = new LongAdder();
  private volatile @Nullable DeviceGraph prepared;
  private volatile String lastSlabs = "";
  private volatile boolean closed;

  private OpenClHop(Session session, HopOperand operand, HopTasks tasks) {
    this.session = session;
    this.operand = operand;
    this.tasks = tasks;
  }

  /// A kernel, where the device has room for the graph and divides as means demand.
  static Offer<HopKernel> offer(Session session, HopOperand operand) {
    Device device = session.device();
    if (operand.aggregation() == Aggregation.MEAN && !Division.isExactOn(device)) {
      return new Offer.Declined<>(
          device + " has neither float64 nor correctly rounded division for means");
    }
    HopTasks tasks = new HopTasks(operand);
    long graphBytes = DeviceGraph.bytes(operand, tasks);
    long left = session.allowedBytes() - graphBytes;
    int nodes = operand.nodes();
    if (DeviceGraph.largestBufferBytes(operand, tasks) > device.mostBufferBytes()
        || SlabMemory.mostVectors(nodes, tasks, 1, -1, left, device.mostBufferBytes()) < 1) {
      return new Offer.Declined<>(
          "a graph of %d nodes and %d edges needs %d bytes of the memory of %s and more for features, %d are allowed in buffers of at most %d"
              .formatted(
                  nodes,
                  operand.edges(),
                  graphBytes,
                  device,
                  session.allowedBytes(),
                  device.mostBufferBytes()));
    }
    return new Offer.Accepted<>(new OpenClHop(session, operand, tasks));
  }

  /// How long its commands took so far.
  DeviceTimes times() {
    return times;
  }

  @Override
  public void aggregate(FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder order) {
    onDevice(() -> run(features, hops, null));
  }

  @Override
  public void aggregate(FloatMatrix features, EdgeMessages messages, FloatMatrix aggregated) {
    onDevice(() -> run(features, new FloatMatrix[] {aggregated}, messages));
  }

  /// Runs `call` when it is this thread's turn; again with half the memory where the device has
  /// less than it says.
  private void onDevice(Runnable call) {
    session.run(
        OPERATION,
        () -> {
          if (closed) {
            throw new IllegalStateException("the kernel is closed");
          }
          call.run();
        },
        this::forget);
  }

  private DeviceGraph prepared() {
    DeviceGraph made = prepared;
    if (made == null || made.isClosed()) {
      long start = System.nanoTime();
      session.makeRoomFor(
          DeviceGraph.bytes(operand, tasks)
              + SlabMemory.bytes(operand.nodes(), tasks, new ColumnSlab(0, 1, 1), -1));
      made = session.keepMovable(new DeviceGraph(session, operand, tasks, times));
      prepared = made;
      preparedNanos.add(System.nanoTime() - start);
    }
    return made;
  }

  private void forget() {
    DeviceGraph made = prepared;
    if (made != null) {
      prepared = null;
      session.release(made);
    }
  }

  private void run(
      FloatMatrix features, @Nullable FloatMatrix[] hops, @Nullable EdgeMessages messages) {
    if (operand.nodes() == 0 || features.columns() == 0 || hops.length == 0) {
      return;
    }
    DeviceGraph graph = prepared();
    MemorySegment kindsOnHost = messages == null ? null : messages.kinds();
    if (kindsOnHost == null) {
      run(graph, features, hops, messages, null);
      return;
    }
    session.reserve(operand.edges() * Integer.BYTES);
    try (Buffer kinds = session.context().newBuffer(operand.edges() * Integer.BYTES)) {
      WordsUpload.run(session, kindsOnHost, operand.edges(), kinds, times);
      run(graph, features, hops, messages, kinds);
    }
  }

  private void run(
      DeviceGraph graph,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops,
      @Nullable EdgeMessages messages,
      @Nullable Buffer kinds) {
    long tableRows = messages == null ? -1 : messages.table().rows();
    if (mostVectors(1, tableRows) < features.columns()) {
      session.makeRoomBeside(graph);
    }
    List<ColumnSlab> slabs = slabs(features.columns(), tableRows);
    ColumnSlab widest = slabs.getFirst();
    lastSlabs =
        slabs.size() == 1
            ? ""
            : ", %d columns in %d slabs of %d"
                .formatted(features.columns(), slabs.size(), widest.columns());
    try (HopKernels kernels =
        new HopKernels(
            session.context(), operand.aggregation(), widest.width(), messages != null)) {
      for (ColumnSlab slab : slabs) {
        runSlab(graph, kernels, slab, features, hops, messages, kinds);
      }
    }
  }

  /// The most vectors of a slab in the memory that is left; see [SlabMemory#mostVectors].
  private long mostVectors(int width, long tableRows) {
    return SlabMemory.mostVectors(
        operand.nodes(),
        tasks,
        width,
        tableRows,
        session.freeBytes(),
        session.device().mostBufferBytes());
  }

  private List<ColumnSlab> slabs(int columns, long tableRows) {
    int width = mostVectors(4, tableRows) < 1 ? 1 : ColumnSlab.width(columns);
    long most = mostVectors(width, tableRows);
    if (most < 1) {
      throw new KernelException(
          "%s on %s: one column of %d nodes%s does not fit the %d bytes of memory that are left, in buffers of at most %d"
              .formatted(
                  OPERATION,
                  session.device(),
                  operand.nodes(),
                  tableRows < 0 ? "" : " and of %d rows of edge features".formatted(tableRows),
                  session.freeBytes(),
                  session.device().mostBufferBytes()));
    }
    return ColumnSlab.of(columns, width, most);
  }

  private void runSlab(
      DeviceGraph graph,
      HopKernels kernels,
      ColumnSlab slab,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops,
      @Nullable EdgeMessages messages,
      @Nullable Buffer kinds) {
    long tableRows = messages == null ? -1 : messages.table().rows();
    session.reserve(SlabMemory.bytes(operand.nodes(), tasks, slab, tableRows));
    try (SlabMemory memory =
        new SlabMemory(session.context(), operand.nodes(), tasks, slab, tableRows)) {
      upload(features, slab, memory.source());
      HopKernels.Messages added = null;
      Buffer table = memory.table();
      if (messages != null && table != null) {
        upload(messages.table(), slab, table);
        added = new HopKernels.Messages(table, kinds, messages.rectified());
      }
      for (FloatMatrix wanted : hops) {
        HopJob job = new HopJob(session, kernels, graph, memory, added, wanted);
        RowStream.run(session, job, operand.nodes(), times);
        memory.swap();
      }
    }
  }

  private void upload(FloatMatrix matrix, ColumnSlab slab, Buffer buffer) {
    RowStream.run(session, new UploadJob(session, matrix, slab, buffer), matrix.rows(), times);
  }

  @Override
  public int @Nullable [] planOrder() {
    return null;
  }

  @Override
  public double estimatedNanos(int columns, int hops) {
    if (session.device().kind() == Device.Kind.CPU) {
      return Double.POSITIVE_INFINITY; // the SIMD kernels serve there
    }
    try {
      return estimate(columns, hops);
    } catch (KernelException e) {
      return Double.POSITIVE_INFINITY; // whoever calls all the same hears why
    }
  }

  private double estimate(int columns, int hops) {
    DeviceRates rates = session.rates(OPERATION);
    double gatherRate = session.gatheredBytesPerSecond(OPERATION);
    long hopBytes = (long) operand.nodes() * columns * Float.BYTES;
    double gathered = (double) operand.edges() * columns * Float.BYTES + hopBytes;
    double nanos =
        rates.copyInNanos(hopBytes)
            + hops * Math.max(gathered * 1e9 / gatherRate, rates.copyOutNanos(hopBytes));
    DeviceGraph made = prepared;
    return made == null || made.isClosed()
        ? nanos
            + BUILDING_NANOS
            + TASK_NANOS * operand.nodes()
            + rates.copyInNanos(DeviceGraph.bytes(operand, tasks))
        : nanos;
  }

  @Override
  public void prepare() {
    onDevice(this::prepared);
  }

  @Override
  public Preparation preparation() {
    DeviceGraph made = prepared;
    long bytes = made == null || made.isClosed() ? 0 : made.bytes();
    return new Preparation(preparedNanos.sum(), bytes);
  }

  @Override
  public String describe() {
    return "%d tasks of at most %d edges, %d rows in segments%s; %s"
        .formatted(
            tasks.count(), HopOperand.SEGMENT_EDGES, tasks.longRows().length, lastSlabs, times);
  }

  @Override
  public void close() {
    closed = true;
    forget();
  }
}
