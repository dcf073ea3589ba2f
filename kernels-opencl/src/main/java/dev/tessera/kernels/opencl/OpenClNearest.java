package dev.tessera.kernels.opencl;

import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The nearest-codeword search on a device. Calls take turns (see [Session]).
final class OpenClNearest implements NearestKernel {
  private static final String OPERATION = "nearest codeword";

  /// Packing a codebook takes about so long per element, in nanoseconds.
  private static final double PACKING_NANOS = 10;

  /// Building the programs takes about so long where the driver has not kept them, in nanoseconds.
  private static final double BUILDING_NANOS = 1e9;

  private final Session session;
  private final NearestOperand operand;
  private final ScreenPlan.@Nullable Kind forced;
  private final double windowFactor;
  private final DeviceTimes times = new DeviceTimes();
  private final SearchCounts counts = new SearchCounts();
  private volatile @Nullable PreparedCodebook prepared;
  private final LongAdder preparedNanos = new LongAdder();
  private volatile boolean closed;

  /// @param forced the screen to use, or null for the one that suits
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  OpenClNearest(
      Session session,
      NearestOperand operand,
      ScreenPlan.@Nullable Kind forced,
      double windowFactor) {
    this.session = session;
    this.operand = operand;
    this.forced = forced;
    this.windowFactor = windowFactor;
  }

  @Override
  public boolean nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    AtomicBoolean mayLack = new AtomicBoolean();
    onDevice(made -> mayLack.set(search(made, points, options, ids, distances)));
    return mayLack.get();
  }

  private boolean search(
      PreparedCodebook made,
      FloatMatrix points,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    if (points.rows() == 0) {
      return false;
    }
    ResolveKernels resolve = made.resolve();
    if (options.neighbours() == 1 && options.ranges() == null) {
      ScreenJob job = new ScreenJob(session, made, counts, points, ids, distances);
      RowStream.run(session, job, points.rows(), times);
      return job.mayLackIds();
    }
    if (resolve != null) {
      RowStream.run(
          session,
          new DefinitionJob(session, made, resolve, counts, points, options, ids, distances),
          points.rows(),
          times);
    } else {
      new HostSearch(operand, session.pool())
          .search(points, 0, points.rows(), row -> true, options, ids, distances);
      counts.addSearched(points.rows());
    }
    return true;
  }

  /// Uses the prepared codebook when it is this thread's turn; again with half the memory where the
  /// device has less than it says.
  private void onDevice(Consumer<PreparedCodebook> use) {
    session.run(OPERATION, () -> use.accept(prepared()), this::forget);
  }

  private PreparedCodebook prepared() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    PreparedCodebook made = prepared;
    if (made == null || made.isClosed()) {
      long start = System.nanoTime();
      session.makeRoom();
      made =
          session.keepMovable(new PreparedCodebook(session, operand, forced, windowFactor, times));
      prepared = made;
      preparedNanos.add(System.nanoTime() - start);
    }
    return made;
  }

  private void forget() {
    PreparedCodebook made = prepared;
    if (made != null) {
      prepared = null;
      session.release(made);
    }
  }

  @Override
  public double estimatedNanos(long rows, NearestOptions options) {
    if (session.device().kind() == Device.Kind.CPU) {
      return Double.POSITIVE_INFINITY; // the SIMD kernels serve there
    }
    try {
      return estimate(session.rates(OPERATION), rows, options);
    } catch (KernelException e) {
      return Double.POSITIVE_INFINITY; // whoever calls all the same hears why
    }
  }

  private double estimate(DeviceRates rates, long rows, NearestOptions options) {
    long inBytes = rows * operand.dim() * Float.BYTES;
    long outBytes = rows * options.neighbours() * Integer.BYTES;
    boolean screened = options.neighbours() == 1 && options.ranges() == null;
    double terms = (double) rows * operand.codes() * (operand.dim() + 1);
    double nanos =
        screened
            ? rates.nanos(inBytes, outBytes, terms)
            : rates.definitionNanos(inBytes, outBytes, terms);
    PreparedCodebook made = prepared;
    return made == null || made.isClosed()
        ? nanos + BUILDING_NANOS + PACKING_NANOS * operand.codes() * operand.dim()
        : nanos;
  }

  @Override
  public void prepare() {
    onDevice(made -> {});
  }

  @Override
  public Preparation preparation() {
    PreparedCodebook made = prepared;
    return made == null || made.isClosed()
        ? new Preparation(preparedNanos.sum(), 0)
        : new Preparation(preparedNanos.sum(), made.codebook().bytes());
  }

  @Override
  public String describe() {
    PreparedCodebook made = prepared;
    if (made == null) {
      return counts.rows() == 0 ? "not used yet" : counts.toString();
    }
    int parts = made.codebook().parts().size();
    return "%s%s%s, %s; %s"
        .formatted(
            made.plan(),
            parts == 1 ? "" : " over a codebook in " + parts + " parts",
            made.resolve() == null ? ", float64 on the host" : "",
            counts,
            times);
  }

  /// How rows were decided so far.
  SearchCounts counts() {
    return counts;
  }

  /// Into how many parts the codebook is cut; 0 before it is prepared.
  int codebookParts() {
    PreparedCodebook made = prepared;
    return made == null ? 0 : made.codebook().parts().size();
  }

  @Override
  public void close() {
    closed = true;
    PreparedCodebook made = prepared;
    if (made != null) {
      session.release(made);
    }
  }
}
