package dev.tessera.kernels.opencl;

import dev.tessera.kernel.ChunkedComposite;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Residual and multi-head codes on a device. Codebooks that do not fit beside each other, and
/// devices without float64, are searched one level or head after the other by [OpenClNearest],
/// residuals then being made on the host.
final class OpenClComposite implements CompositeKernel {
  private static final String OPERATION = "composite code";

  /// Packing a codebook takes about so long per element, in nanoseconds.
  private static final double PACKING_NANOS = 10;

  /// Building the programs takes about so long where the driver has not kept them, in nanoseconds.
  private static final double BUILDING_NANOS = 1e9;

  private final Session session;
  private final CompositeOperand operand;
  private final ScreenPlan.@Nullable Kind forced;
  private final double windowFactor;
  private final DeviceTimes times = new DeviceTimes();
  private final SearchCounts counts = new SearchCounts();
  private final LongAdder preparedNanos = new LongAdder();
  private volatile @Nullable PreparedComposite prepared;
  private volatile @Nullable ChunkedComposite apart;
  private volatile boolean closed;

  /// @param forced the screen to use, or null for the one that suits
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  OpenClComposite(
      Session session,
      CompositeOperand operand,
      ScreenPlan.@Nullable Kind forced,
      double windowFactor) {
    this.session = session;
    this.operand = operand;
    this.forced = forced;
    this.windowFactor = windowFactor;
  }

  @Override
  public void encode(FloatMatrix points, TokenIds ids) {
    ChunkedComposite others = onDevice(made -> encode(made, points, ids));
    if (others != null) {
      others.encode(points, ids);
    }
  }

  private void encode(PreparedComposite made, FloatMatrix points, TokenIds ids) {
    if (points.rows() > 0) {
      CompositeJob job = new CompositeJob(session, made, counts, points, ids);
      RowStream.run(session, job, points.rows(), times);
    }
  }

  /// What is done with the codebooks on the device.
  private interface Use {
    void with(PreparedComposite made);
  }

  /// Uses the prepared codebooks when it is this thread's turn; again with half the memory where
  /// the device has less than it says.
  ///
  /// @return what serves instead where they do not fit, or null
  private @Nullable ChunkedComposite onDevice(Use use) {
    if (apart == null) {
      session.run(OPERATION, () -> use(use), this::forget);
    }
    return apart;
  }

  private void use(Use use) {
    PreparedComposite made = prepared();
    if (made != null) {
      use.with(made);
    }
  }

  /// The codebooks on the device; null where they do not fit, which then stays so.
  private @Nullable PreparedComposite prepared() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    PreparedComposite made = prepared;
    if (made == null || made.isClosed()) {
      long start = System.nanoTime();
      made = null;
      if (PreparedComposite.fits(session, operand)) {
        made = new PreparedComposite(session, operand, forced, windowFactor, times);
        if (!made.isWhole()) {
          made.close();
          made = null;
        }
      }
      if (made == null) {
        apart = new ChunkedComposite(operand, this::nearest, session.pool());
      } else {
        prepared = session.keepMovable(made);
      }
      preparedNanos.add(System.nanoTime() - start);
    }
    return made;
  }

  private OpenClNearest nearest(NearestOperand codebook) {
    return new OpenClNearest(session, codebook, forced, windowFactor);
  }

  private void forget() {
    PreparedComposite made = prepared;
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
    ChunkedComposite others = apart;
    if (others != null) {
      return others.estimatedNanos(rows);
    }
    try {
      return estimate(session.rates(OPERATION), rows);
    } catch (KernelException e) {
      return Double.POSITIVE_INFINITY; // whoever calls all the same hears why
    }
  }

  private double estimate(DeviceRates rates, long rows) {
    double terms = 0;
    double elements = 0;
    for (NearestOperand codebook : operand.codebooks()) {
      terms += (double) rows * codebook.codes() * (codebook.dim() + 1);
      elements += (double) codebook.codes() * codebook.dim();
    }
    double nanos =
        rates.nanos(
            rows * operand.columns() * Float.BYTES, rows * operand.parts() * Integer.BYTES, terms);
    PreparedComposite made = prepared;
    return made == null || made.isClosed()
        ? nanos + BUILDING_NANOS + PACKING_NANOS * elements
        : nanos;
  }

  @Override
  public void prepare() {
    ChunkedComposite others = onDevice(made -> {});
    if (others != null) {
      others.prepare();
    }
  }

  @Override
  public Preparation preparation() {
    ChunkedComposite others = apart;
    if (others != null) {
      return others.preparation();
    }
    PreparedComposite made = prepared;
    return made == null || made.isClosed()
        ? new Preparation(preparedNanos.sum(), 0)
        : new Preparation(preparedNanos.sum(), made.bytes());
  }

  @Override
  public String describe() {
    ChunkedComposite others = apart;
    if (others != null) {
      return "codebooks apart, for want of float64 or memory: " + others.describe();
    }
    PreparedComposite made = prepared;
    if (made == null) {
      return counts.rows() == 0 ? "not used yet" : counts.toString();
    }
    return "%d %s on the device, %s, %s; %s"
        .formatted(
            operand.parts(), operand.isResidual() ? "levels" : "heads", made.plan(), counts, times);
  }

  /// How rows were decided so far, a chunk for each level or head.
  SearchCounts counts() {
    return counts;
  }

  @Override
  public void close() {
    closed = true;
    forget();
    ChunkedComposite others = apart;
    if (others != null) {
      others.close();
    }
  }
}
