package dev.tessera.kernels.opencl;

import dev.tessera.internal.linear.SumLevels;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A linear layer on a device: the weights are put there once, on the first call; rows go in and
/// results come out in chunks. Calls take turns (see [Session]).
final class OpenClLinear implements LinearKernel {
  static final String OPERATION = "linear layer";

  /// Building the program takes about so long where the driver has not kept it, in nanoseconds.
  private static final double BUILDING_NANOS = 0.3e9;

  private final Session session;
  private final LinearOperand operand;
  private final DeviceTimes times = new DeviceTimes();
  private final LongAdder preparedNanos = new LongAdder();
  private volatile @Nullable DeviceLayer prepared;
  private volatile boolean closed;

  private OpenClLinear(Session session, LinearOperand operand) {
    this.session = session;
    this.operand = operand;
  }

  /// A kernel, where its sums hold the bound and the device has room for the weights.
  static Offer<LinearKernel> offer(Session session, LinearOperand operand) {
    String refusal = new SumLevels(operand.inputs()).refusal();
    if (refusal != null) {
      return new Offer.Declined<>(refusal);
    }
    Device device = session.device();
    if (device.mostWorkItems() < LinearProgram.WORK_ITEMS) {
      return new Offer.Declined<>(
          "linear layers need work-groups of %d, %s has at most %d"
              .formatted(LinearProgram.WORK_ITEMS, device, device.mostWorkItems()));
    }
    long weights = DeviceLayer.weightBytes(operand);
    if (weights > device.mostBufferBytes()
        || weights + chunkBytes(operand) > session.allowedBytes()) {
      return new Offer.Declined<>(
          "weights [%d x %d] need %d bytes of the memory of %s and %d for rows, %d are allowed in buffers of at most %d"
              .formatted(
                  operand.outputs(),
                  operand.inputs(),
                  weights,
                  device,
                  chunkBytes(operand),
                  session.allowedBytes(),
                  device.mostBufferBytes()));
    }
    return new Offer.Accepted<>(new OpenClLinear(session, operand));
  }

  /// Device memory of the smallest chunks of rows.
  private static long chunkBytes(LinearOperand operand) {
    long columns = (long) operand.inputs() + operand.outputs();
    return columns * Float.BYTES * RowStream.SLOTS * LinearProgram.TILE;
  }

  @Override
  public void linear(FloatMatrix x, FloatMatrix y) {
    onDevice(
        made -> {
          if (x.rows() > 0) {
            RowStream.run(session, new LinearJob(session, made, x, y), x.rows(), times);
          }
        });
  }

  /// Uses the prepared layer when it is this thread's turn; again with half the memory where the
  /// device has less than it says.
  private void onDevice(Consumer<DeviceLayer> use) {
    session.run(OPERATION, () -> use.accept(prepared()), this::forget);
  }

  private DeviceLayer prepared() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    DeviceLayer made = prepared;
    if (made == null || made.isClosed()) {
      long start = System.nanoTime();
      session.makeRoomFor(
          DeviceLayer.weightBytes(operand)
              + (long) operand.outputs() * Float.BYTES
              + chunkBytes(operand));
      made = session.keepMovable(new DeviceLayer(session, operand, times));
      prepared = made;
      preparedNanos.add(System.nanoTime() - start);
      if (!made.program().isRunnable()) {
        throw new KernelException(
            "%s on %s: its compiler leaves less than %d work-items a work-group"
                .formatted(OPERATION, session.device(), LinearProgram.WORK_ITEMS));
      }
    }
    return made;
  }

  private void forget() {
    DeviceLayer made = prepared;
    if (made != null) {
      prepared = null;
      session.release(made);
    }
  }

  @Override
  public double estimatedNanos(long rows) {
    if (session.device().kind() == Device.Kind.CPU) {
      return Double.POSITIVE_INFINITY; // the SIMD kernels serve there
    }
    try {
      return estimate(session.rates(OPERATION), rows);
    } catch (KernelException e) {
      return Double.POSITIVE_INFINITY; // whoever calls all the same hears why
    }
  }

  /// A tile of few rows takes as long as a full one.
  private double estimate(DeviceRates rates, long rows) {
    double tileRows = (double) Math.ceilDiv(rows, LinearProgram.TILE) * LinearProgram.TILE;
    double nanos =
        rates.nanos(
            rows * operand.inputs() * Float.BYTES,
            rows * operand.outputs() * Float.BYTES,
            tileRows * operand.inputs() * operand.outputs());
    DeviceLayer made = prepared;
    return made == null || made.isClosed()
        ? nanos + BUILDING_NANOS + rates.copyInNanos(DeviceLayer.weightBytes(operand))
        : nanos;
  }

  @Override
  public void prepare() {
    onDevice(made -> {});
  }

  @Override
  public Preparation preparation() {
    DeviceLayer made = prepared;
    long bytes = made == null || made.isClosed() ? 0 : made.bytes();
    return new Preparation(preparedNanos.sum(), bytes);
  }

  @Override
  public String describe() {
    return prepared == null
        ? "not used yet"
        : "tiles of %d rows and outputs; %s".formatted(LinearProgram.TILE, times);
  }

  @Override
  public void close() {
    closed = true;
    forget();
  }
}
