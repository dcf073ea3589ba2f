package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.KernelChoice;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.MissingIds;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Turns vectors into the ids of their nearest codewords, exactly as [Metric] defines them, ties to
/// the lowest id, and the same on every backend. Thread-safe.
///
/// The codebook is packed on the first call of each backend that serves; [#close()] frees that
/// memory, and closing the `Tessera` that made the quantizer ends it, too.
public final class Quantizer implements AutoCloseable {
  private final Codebook codebook;
  private final Codebook returned;
  private final QuantizerOptions options;
  private final KernelChoice<NearestKernel> kernels;
  private final AtomicReference<@Nullable NearestCall> idleCall = new AtomicReference<>();

  private Quantizer(
      Codebook codebook, QuantizerOptions options, KernelChoice<NearestKernel> kernels) {
    this.codebook = codebook;
    returned = options.returned(codebook);
    this.options = options;
    this.kernels = kernels;
  }

  /// A quantizer over opened backends.
  ///
  /// @throws IllegalArgumentException if an allowed code is outside the codebook
  public static Quantizer of(Backends backends, Codebook codebook, QuantizerOptions options) {
    Codebook searched = options.searched(codebook);
    NearestOperand operand = new NearestOperand(searched.codewords(), options.metric());
    return new Quantizer(
        codebook,
        options,
        new KernelChoice<>(
            backends.serving(), "this codebook", backend -> backend.nearest(operand)));
  }

  /// The codebook that ids refer to.
  public Codebook codebook() {
    return codebook;
  }

  /// The options it was made with.
  public QuantizerOptions options() {
    return options;
  }

  /// The ids of the nearest codewords: `[n x dim] -> [n x 1]`.
  ///
  /// @throws IllegalArgumentException if the vectors do not have the codebook's columns, or one
  ///   holds a NaN or an infinity under [NanPolicy#ERROR]; names the row and the column
  public TokenIds encode(FloatMatrix vectors) {
    TokenIds ids = TokenIds.allocate(vectors.rows());
    encode(vectors, NearestOptions.SINGLE, ids, null);
    return ids;
  }

  /// As [#encode(FloatMatrix)], among the codes that `ranges` gives to each vector.
  public TokenIds encode(FloatMatrix vectors, CodeRanges ranges) {
    TokenIds ids = TokenIds.allocate(vectors.rows());
    encode(vectors, new NearestOptions(1, ranges), ids, null);
    return ids;
  }

  /// The `k` nearest codewords of each vector with their float64 scores: `[n x dim] -> [n x k]`
  /// twice.
  ///
  /// @throws IllegalArgumentException as [#encode(FloatMatrix)]; also if fewer than `k` codes are
  ///   allowed
  public Neighbours nearest(FloatMatrix vectors, int k) {
    NearestOptions nearest = new NearestOptions(k, null);
    checkNeighbours(k); // before it allocates
    TokenIds ids = TokenIds.allocate(vectors.rows(), k);
    DoubleMatrix distances = DoubleMatrix.allocate(vectors.rows(), k);
    encode(vectors, nearest, ids, distances);
    return new Neighbours(ids, distances);
  }

  /// The general form, into the caller's memory.
  ///
  /// Under [NanPolicy#ERROR] a vector that holds a NaN or an infinity is reported after the ids of
  /// all others have been written.
  ///
  /// @param vectors `[n x dim]`
  /// @param ids `[n x k]`, written, nearest first; -1 where a range has fewer than k codes
  /// @param distances `[n x k]`, written with the metric's float64 scores, NaN beside id -1; null
  ///   where they are not wanted
  /// @throws IllegalArgumentException as [#encode(FloatMatrix)]; also if ids or distances do not
  ///   have the shape `[n x k]`, or a range is empty or outside the codebook
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public void encode(
      FloatMatrix vectors, NearestOptions nearest, TokenIds ids, @Nullable DoubleMatrix distances) {
    checkShapes(vectors, nearest, ids, distances);
    NearestOptions searched = nearest;
    CodeRanges ranges = nearest.ranges();
    int[] allowed = options.allowedCodes();
    if (ranges != null) {
      ranges.check(vectors.rows(), codebook.size());
      if (allowed != null) {
        searched = new NearestOptions(nearest.neighbours(), allowedRanges(ranges, allowed));
      }
    } else {
      checkNeighbours(nearest.neighbours());
      if (allowed != null && nearest.guesses() != null) { // they would name other codes
        searched = new NearestOptions(nearest.neighbours(), null);
      }
    }
    NearestCall idle = idleCall.getAndSet(null);
    NearestCall call = idle == null ? new NearestCall() : idle;
    call.begin(vectors, searched, ids, distances);
    boolean mayLackIds;
    try {
      kernels.call(vectors.rows(), call, call);
      mayLackIds = call.mayLackIds();
    } finally {
      call.end();
      idleCall.set(call);
    }
    if (allowed != null) {
      restoreCodes(ids, allowed);
    }
    if (mayLackIds && options.nanPolicy() == NanPolicy.ERROR) {
      refuseNonFinite(vectors, ids);
    }
    if (options.normalizedQuery() && distances != null) {
      divideByQueryNorm(vectors, distances);
    }
  }

  private void checkShapes(
      FloatMatrix vectors, NearestOptions nearest, TokenIds ids, @Nullable DoubleMatrix distances) {
    if (vectors.columns() != codebook.dim()) {
      throw new IllegalArgumentException(
          "the vectors have %d columns, the codebook has %d"
              .formatted(vectors.columns(), codebook.dim()));
    }
    if (ids.rows() != vectors.rows() || ids.columns() != nearest.neighbours()) {
      throw new IllegalArgumentException(
          "%d neighbours of %d vectors need ids [%d x %d], not [%d x %d]"
              .formatted(
                  nearest.neighbours(),
                  vectors.rows(),
                  vectors.rows(),
                  nearest.neighbours(),
                  ids.rows(),
                  ids.columns()));
    }
    TokenIds guesses = nearest.guesses();
    if (guesses != null && (guesses.rows() != vectors.rows() || guesses.columns() != 1)) {
      throw new IllegalArgumentException(
          "%d vectors need guesses [%d x 1], not [%d x %d]"
              .formatted(vectors.rows(), vectors.rows(), guesses.rows(), guesses.columns()));
    }
    if (distances != null
        && (distances.rows() != ids.rows() || distances.columns() != ids.columns())) {
      throw new IllegalArgumentException(
          "ids [%d x %d] go with distances of the same shape, not [%d x %d]"
              .formatted(ids.rows(), ids.columns(), distances.rows(), distances.columns()));
    }
  }

  private void checkNeighbours(int neighbours) {
    int[] allowed = options.allowedCodes();
    int codes = allowed == null ? codebook.size() : allowed.length;
    if (neighbours > codes) {
      throw new IllegalArgumentException(
          "%d neighbours were asked for, there are %d codes".formatted(neighbours, codes));
    }
  }

  /// The ranges in terms of the allowed codes' own order.
  private static CodeRanges allowedRanges(CodeRanges ranges, int[] allowed) {
    TokenIds bounds = TokenIds.allocate(ranges.rows(), 2);
    for (long row = 0; row < ranges.rows(); row++) {
      int low = firstAtLeast(allowed, ranges.low(row));
      int high = firstAtLeast(allowed, ranges.high(row));
      if (low == high) {
        throw new IllegalArgumentException(
            "row %d has the range [%d, %d), in which no code is allowed"
                .formatted(row, ranges.low(row), ranges.high(row)));
      }
      bounds.set(row, 0, low);
      bounds.set(row, 1, high);
    }
    return CodeRanges.of(bounds);
  }

  private static int firstAtLeast(int[] ascending, int code) {
    int place = Arrays.binarySearch(ascending, code);
    return place >= 0 ? place : -place - 1;
  }

  /// Turns places among the allowed codes into codes.
  static void restoreCodes(TokenIds ids, int[] allowed) {
    for (long row = 0; row < ids.rows(); row++) {
      for (int column = 0; column < ids.columns(); column++) {
        int place = ids.get(row, column);
        if (place >= 0) {
          ids.set(row, column, allowed[place]);
        }
      }
    }
  }

  private static void refuseNonFinite(FloatMatrix vectors, TokenIds ids) {
    long row = MissingIds.firstRow(ids, 1);
    if (row >= 0) {
      throw new IllegalArgumentException(
          "row "
              + NonFinite.findInRow(vectors, row).orElseThrow()
              + "; such a vector has no nearest codeword (NanPolicy.SKIP gives it the id -1)");
    }
  }

  private void divideByQueryNorm(FloatMatrix vectors, DoubleMatrix distances) {
    for (long row = 0; row < vectors.rows(); row++) {
      double norm = Metric.norm(vectors.segment(), vectors.rowOffsetBytes(row), vectors.columns());
      for (int column = 0; column < distances.columns(); column++) {
        distances.set(row, column, distances.get(row, column) / norm);
      }
    }
  }

  /// The codewords of `ids`, stored or normalised as the options say: `[n x 1] -> [n x dim]`, and
  /// `[n x k] -> [n x k * dim]`.
  ///
  /// @throws IllegalArgumentException if an id is outside the codebook; names its row
  public FloatMatrix decode(TokenIds ids) {
    return returned.gather(ids);
  }

  /// Packs the codebook now for every backend, instead of on the first call.
  public void prepare() {
    kernels.prepare();
  }

  /// Which backends served the calls so far, at what rate, and why others did not.
  public KernelReport report() {
    return kernels.report();
  }

  /// Frees what the backends allocated for this codebook. Closing twice does nothing.
  @Override
  public void close() {
    kernels.close();
  }
}
