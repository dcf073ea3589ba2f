package dev.tessera.kernels.simd;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// The SIMD backend without its choices: the screen over all dimensions, always. What choosing
/// costs where there is nothing to gain is measured against it. It lives in the kernels' package
/// because nobody else should be able to ask for this.
public final class DenseScreenProvider implements KernelProvider {
  /// The backend's name.
  public static final String NAME = "simd-dense";

  /// For [dev.tessera.kernel.Backends#open(String, BackendOptions, java.util.List)].
  public DenseScreenProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 1;
  }

  @Override
  public Availability probe() {
    return VectorRuntime.probe();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new DenseBackend(new WorkerPool("tessera-dense", options.threads()));
  }

  private record DenseBackend(WorkerPool pool) implements Backend {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Offer<NearestKernel> nearest(NearestOperand operand) {
      return new Offer.Accepted<>(new DenseKernel(operand, pool));
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  private static final class DenseKernel implements NearestKernel {
    private final WorkerPool pool;
    private final FlatSearch search;
    private final PreparedSearch prepared;

    DenseKernel(NearestOperand operand, WorkerPool pool) {
      this.pool = pool;
      search = new FlatSearch(operand);
      prepared = new PreparedSearch(search, new DefinitionSearch(operand), new VectorPace(), 0);
    }

    @Override
    public boolean nearest(
        FloatMatrix points,
        NearestOptions options,
        TokenIds ids,
        @Nullable DoubleMatrix distances) {
      prepare();
      prepared.nearest(pool, points, options, ids, distances);
      return true;
    }

    /// For no rows at all it does not pay to find principal axes, so there are none.
    @Override
    public void prepare() {
      search.prepare(0);
    }

    @Override
    public double estimatedNanos(long rows, NearestOptions options) {
      return rows * search.nanosPerRow(options) / pool.threads();
    }

    @Override
    public Preparation preparation() {
      return new Preparation(search.preparedNanos(), search.preparedBytes());
    }

    @Override
    public String describe() {
      return search.describe();
    }

    @Override
    public void close() {
      search.close();
    }
  }
}
