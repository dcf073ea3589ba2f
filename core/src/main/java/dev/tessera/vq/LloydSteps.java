package dev.tessera.vq;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.LloydKernel;
import dev.tessera.kernel.LloydOperand;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The steps of k-means: by a backend that keeps the vectors, where one does and is expected to be
/// faster, else by a nearest-codeword search and [CentroidSums]. The same bits either way; if the
/// former fails and there are other backends, the latter takes over, with the step that failed.
final class LloydSteps implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.tessera");

  private final Backends backends;
  private final FloatMatrix vectors;
  private final KMeansOptions options;
  private final WorkerPool pool;
  private final int[] members;
  private final List<String> declined = new ArrayList<>();
  private @Nullable LloydKernel kernel;
  private String kernelBackend = "";
  private long kernelSteps;
  private long kernelNanos;
  private FloatMatrix means;
  private int[] ids = new int[0];
  private int[] spare = new int[0];
  private @Nullable CentroidSums sums;
  private @Nullable KernelReport report;

  LloydSteps(
      Backends backends,
      FloatMatrix vectors,
      Codebook codebook,
      KMeansOptions options,
      WorkerPool pool) {
    this.backends = backends;
    this.vectors = vectors;
    this.options = options;
    this.pool = pool;
    members = new int[options.codes()];
    means = FloatMatrix.allocate(0, vectors.columns());
    choose(new NearestOperand(codebook.codewords(), options.metric()));
  }

  private void choose(NearestOperand codebook) {
    LloydOperand operand = new LloydOperand(vectors, options.codes(), options.metric());
    boolean alone = backends.serving().size() == 1;
    for (Backend backend : backends.serving()) {
      switch (backend.lloyd(operand)) {
        case Offer.Accepted<LloydKernel>(LloydKernel offered) -> {
          if (kernel == null && (alone || offered.estimatedNanos() < searchNanos(codebook))) {
            kernel = offered;
            kernelBackend = backend.name();
          } else {
            offered.close();
          }
        }
        case Offer.Declined<LloydKernel>(String reason) -> declined.add(reason);
      }
    }
  }

  /// What the fastest search is expected to take.
  private double searchNanos(NearestOperand codebook) {
    return backends.serving().stream()
        .mapToDouble(backend -> searchNanos(backend, codebook))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private double searchNanos(Backend backend, NearestOperand codebook) {
    return switch (backend.nearest(codebook)) {
      case Offer.Accepted<NearestKernel>(NearestKernel search) -> {
        try (search) {
          yield search.estimatedNanos(vectors.rows(), NearestOptions.SINGLE);
        }
      }
      case Offer.Declined<NearestKernel> _ -> Double.POSITIVE_INFINITY;
    };
  }

  /// Takes a step from `codebook`.
  ///
  /// @return how many vectors went to another codeword; all in the first step, and in the first
  ///   that the search takes over
  long take(Codebook codebook) {
    LloydKernel device = kernel;
    if (device != null) {
      try {
        return take(device, codebook);
      } catch (KernelException e) {
        if (backends.serving().size() == 1) {
          throw e;
        }
        LOG.log(
            System.Logger.Level.WARNING,
            "the k-means steps of the backend {0} failed, a search goes on: {1}",
            kernelBackend,
            e.getMessage());
        declined.add(kernelBackend + " failed: " + e.getMessage());
        device.close();
        kernel = null;
      }
    }
    return search(codebook);
  }

  private long take(LloydKernel device, Codebook codebook) {
    long start = System.nanoTime();
    FloatMatrix written = FloatMatrix.allocate(options.codes(), vectors.columns());
    long changed = device.step(codebook.codewords(), written, members);
    means = written;
    kernelNanos += System.nanoTime() - start;
    kernelSteps++;
    return changed;
  }

  private long search(Codebook codebook) {
    boolean first = sums == null;
    int[] previous = ids;
    ids = spare.length == 0 ? new int[(int) vectors.rows()] : spare;
    spare = previous;
    CentroidSums sums = this.sums == null ? new CentroidSums(vectors, options.codes()) : this.sums;
    this.sums = sums;
    try (Quantizer quantizer =
        Quantizer.of(backends, codebook, QuantizerOptions.of(options.metric()))) {
      quantizer.encode(
          vectors,
          first ? NearestOptions.SINGLE : NearestOptions.near(TokenIds.of(previous)),
          TokenIds.of(ids),
          null);
      report = quantizer.report();
    }
    means = sums.means(ids, pool);
    System.arraycopy(sums.counts(), 0, members, 0, members.length);
    return first ? ids.length : countDiffering(ids, previous);
  }

  private static long countDiffering(int[] ids, int[] others) {
    return IntStream.range(0, ids.length).filter(row -> ids[row] != others[row]).count();
  }

  /// The means of the last step `[K x dim]`; the caller may write them.
  FloatMatrix means() {
    return means;
  }

  /// The clusters without members in the last step, ascending.
  int[] emptyClusters() {
    return IntStream.range(0, members.length).filter(code -> members[code] == 0).toArray();
  }

  /// The codeword of each vector in the last step.
  int[] ids() {
    if (kernel != null) {
      int[] read = new int[(int) vectors.rows()];
      kernel.ids(TokenIds.of(read));
      return read;
    }
    return Arrays.copyOf(ids, ids.length);
  }

  /// Who took the last step.
  KernelReport report() {
    LloydKernel device = kernel;
    if (device == null && report != null) {
      return report;
    }
    return new KernelReport(
        device == null
            ? List.of()
            : List.of(
                new KernelReport.Served(
                    kernelBackend,
                    kernelSteps,
                    kernelSteps * vectors.rows(),
                    kernelNanos,
                    device.preparation(),
                    device.describe())),
        declined);
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
    }
  }
}
