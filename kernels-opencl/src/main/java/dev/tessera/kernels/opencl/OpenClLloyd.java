package dev.tessera.kernels.opencl;

import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.LloydKernel;
import dev.tessera.kernel.LloydOperand;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// k-means on a device: the vectors are put there once; assignment and centroid sums stay there. A
/// step moves the codewords in, and means and counts out.
final class OpenClLloyd implements LloydKernel {
  private static final String OPERATION = "k-means step";

  /// Vectors, ids and sums take at most this share of the memory; codebook and chunks need some.
  private static final double SHARE = 0.6;

  /// A step's own costs: the codebook is packed, and some twenty kernels are started.
  private static final double STEP_NANOS = 2e6;

  /// What stays on the device.
  ///
  /// @param vectors `[rows x dim]`
  /// @param ids, previous `[rows]`: of this step and of the one before
  private record Held(Buffer vectors, Buffer ids, Buffer previous, CentroidKernels kernels)
      implements AutoCloseable {
    @Override
    public void close() {
      vectors.close();
      ids.close();
      previous.close();
      kernels.close();
    }
  }

  private final Session session;
  private final LloydOperand operand;
  private final int rows;
  private final DeviceTimes times = new DeviceTimes();
  private @Nullable Held held;
  private long preparedNanos;
  private long steps;
  private boolean closed;

  private OpenClLloyd(Session session, LloydOperand operand) {
    this.session = session;
    this.operand = operand;
    rows = Math.toIntExact(operand.vectors().rows());
  }

  /// A kernel, where the device has float64 and room for the vectors.
  static Offer<LloydKernel> offer(Session session, LloydOperand operand) {
    Device device = session.device();
    if (!device.fp64()) {
      return new Offer.Declined<>(device + " has no float64 for k-means");
    }
    int rows = Math.toIntExact(operand.vectors().rows());
    int dim = operand.vectors().columns();
    long vectorBytes = (long) rows * dim * Float.BYTES;
    long needed =
        vectorBytes
            + 2L * rows * Integer.BYTES
            + CentroidKernels.Memory.bytes(rows, operand.codes(), dim);
    long allowed = (long) (session.allowedBytes() * SHARE);
    if (needed > allowed || vectorBytes > device.mostBufferBytes()) {
      return new Offer.Declined<>(
          "k-means on %s needs %d bytes of its memory, %d are allowed"
              .formatted(device, needed, Math.min(allowed, device.mostBufferBytes())));
    }
    return new Offer.Accepted<>(new OpenClLloyd(session, operand));
  }

  @Override
  public double estimatedNanos() {
    if (session.device().kind() == Device.Kind.CPU) {
      return Double.POSITIVE_INFINITY;
    }
    double terms = (double) rows * operand.codes() * (operand.vectors().columns() + 1);
    try {
      return session.rates(OPERATION).nanos(0, 0, terms) + STEP_NANOS;
    } catch (KernelException e) {
      return Double.POSITIVE_INFINITY; // whoever calls all the same hears why
    }
  }

  @Override
  public long step(FloatMatrix codewords, FloatMatrix means, int[] members) {
    long[] changed = new long[1];
    session.run(OPERATION, () -> changed[0] = takeStep(codewords, means, members));
    return changed[0];
  }

  private long takeStep(FloatMatrix codewords, FloatMatrix means, int[] members) {
    Held memory = held();
    NearestOperand codebook = new NearestOperand(codewords, operand.metric());
    try (PreparedCodebook prepared = new PreparedCodebook(session, codebook, null, 1, times)) {
      ResolveKernels resolve = prepared.resolve();
      if (resolve == null || !prepared.codebook().isWhole()) {
        throw new KernelException(
            "%s on %s: %d codewords of %d columns leave no room beside %d vectors"
                .formatted(
                    OPERATION, session.device(), operand.codes(), codewords.columns(), rows));
      }
      AssignJob assign =
          new AssignJob(session, prepared, resolve, memory.vectors, rows, memory.ids);
      RowStream.run(session, assign, rows, times);
    }
    long changed = average(memory, means, members);
    steps++;
    return changed;
  }

  private long average(Held memory, FloatMatrix means, int[] members) {
    int codes = operand.codes();
    int dim = operand.vectors().columns();
    Workspace workspace = session.workspace();
    CentroidKernels.Memory sums = CentroidKernels.Memory.of(workspace, rows, codes, dim);
    Buffer changed = workspace.buffer("changed", Integer.BYTES);
    long meansBytes = (long) codes * dim * Float.BYTES;
    long beginsBytes = (codes + 1L) * Integer.BYTES;
    MemorySegment out =
        workspace.pinned("out0", meansBytes + beginsBytes + Integer.BYTES).segment();
    MemorySegment begins = out.asSlice(meansBytes, beginsBytes);
    MemorySegment count = out.asSlice(meansBytes + beginsBytes, Integer.BYTES);
    ChunkCommands commands = new ChunkCommands(session.queues());
    try {
      memory.kernels.average(commands, workspace, memory.ids, memory.vectors, sums);
      memory.kernels.countChanged(commands, memory.ids, rows, memory.previous, changed);
      commands.copyOut(sums.means(), out.asSlice(0, meansBytes));
      commands.copyOut(sums.begins(), begins);
      commands.copyOut(changed, count);
      commands.submit();
      commands.await(times);
    } catch (OpenClException e) {
      commands.forget();
      throw e;
    }
    long rowBytes = (long) dim * Float.BYTES;
    for (int code = 0; code < codes; code++) {
      MemorySegment.copy(
          out, code * rowBytes, means.segment(), means.rowOffsetBytes(code), rowBytes);
      members[code] =
          begins.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, code + 1L)
              - begins.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, code);
    }
    return Integer.toUnsignedLong(count.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
  }

  /// What stays on the device, put there on the first use.
  private Held held() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    Held made = held;
    if (made == null) {
      long start = System.nanoTime();
      session.makeRoom();
      session.workspace().close();
      Context context = session.context();
      FloatMatrix vectors = operand.vectors();
      made =
          session.keep(
              new Held(
                  context.newBuffer((long) rows * vectors.columns() * Float.BYTES),
                  context.newBuffer((long) rows * Integer.BYTES),
                  context.newBuffer((long) rows * Integer.BYTES),
                  new CentroidKernels(
                      context, session.device().kind() == Device.Kind.CPU ? 1 : 64)));
      boolean filled = false;
      try {
        RowStream.run(session, new UploadJob(session, vectors, made.vectors), rows, times);
        ChunkCommands commands = new ChunkCommands(session.queues());
        made.kernels.forgetIds(commands, made.previous, rows);
        commands.submit();
        commands.await(times);
        filled = true;
      } finally {
        if (!filled) {
          session.release(made); // a step that is taken anew puts the vectors there anew
        }
      }
      held = made;
      preparedNanos = System.nanoTime() - start;
    }
    return made;
  }

  @Override
  public void ids(TokenIds ids) {
    session.run(
        OPERATION,
        () -> {
          Buffer last = held().ids;
          long bytes = (long) rows * Integer.BYTES;
          long most = Math.min(bytes, PinnedBuffer.MOST_BYTES / 4);
          MemorySegment out = session.workspace().pinned("out0", most).segment();
          for (long done = 0; done < bytes; done += most) {
            MemorySegment piece = out.asSlice(0, Math.min(most, bytes - done));
            try (Event end = session.queues().out().read(last, done, piece)) {
              end.await();
            }
            long first = done / Integer.BYTES;
            for (int i = 0; i < piece.byteSize() / Integer.BYTES; i++) {
              ids.set(first + i, 0, piece.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i));
            }
          }
        });
  }

  @Override
  public Preparation preparation() {
    Held made = held;
    return made == null
        ? Preparation.NONE
        : new Preparation(preparedNanos, made.vectors.bytes() + 2 * made.ids.bytes());
  }

  @Override
  public String describe() {
    return "vectors kept on the device, %d steps; %s".formatted(steps, times);
  }

  @Override
  public void close() {
    Held made = held;
    held = null;
    closed = true;
    if (made != null) {
      session.release(made);
    }
  }
}
