package dev.tessera.kernels.opencl;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Whether a device computes what it should: a small search, compared with the definition. Some
/// vectors are denormal, some far from the others, some equal, so that a device that flushes, that
/// contracts, or that gets ties wrong is found out.
final class SelfTest {
  private static final int ROWS = 200;
  private static final int CODES = 150;

  /// Each for a screen of its own, where the device is a GPU.
  private static final List<Integer> COLUMNS = List.of(12, 4);

  private SelfTest() {}

  /// What is wrong with a device, if anything.
  static Optional<String> findFault(OpenCl cl, Device device) {
    if (device.unusable() != null) {
      return Optional.of(device.unusable());
    }
    if (!device.exactFloats()) {
      return Optional.of("its float32 lacks denormals, infinities or a correctly rounded fma");
    }
    BackendOptions options = new BackendOptions(1);
    try (OpenClBackend backend = new OpenClBackend(cl, device, options, null, 1)) {
      return COLUMNS.stream().flatMap(dim -> compare(backend, dim).stream()).findFirst();
    } catch (KernelException e) {
      return Optional.of(firstLines(String.valueOf(e.getMessage())));
    }
  }

  /// The message, and the first line of a log behind it.
  private static String firstLines(String message) {
    return String.join(": ", message.lines().limit(2).toList());
  }

  private static Optional<String> compare(OpenClBackend backend, int dim) {
    SplittableRandom random = new SplittableRandom(1);
    FloatMatrix codewords = matrix(random, CODES, dim);
    FloatMatrix points = matrix(random, ROWS, dim);
    for (int code = 0; code < CODES; code += 10) {
      for (int i = 0; i < dim; i++) {
        codewords.set(code + 7, i, codewords.get(code, i));
        points.set(code, i, codewords.get(code, i));
        points.set(code + 1, i, points.get(code + 1, i) * 1e-42f);
      }
    }
    points.set(3, 2, Float.NaN);
    NearestOperand operand = new NearestOperand(codewords, Metric.L2);
    int[] expected = new int[ROWS];
    double[] expectedScores = new double[ROWS];
    try (WorkerPool pool = new WorkerPool("tessera-opencl-test", 1)) {
      new HostSearch(operand, pool)
          .search(
              points,
              0,
              ROWS,
              row -> true,
              NearestOptions.SINGLE,
              TokenIds.of(expected),
              DoubleMatrix.of(expectedScores, ROWS, 1));
    }
    int[] ids = new int[ROWS];
    double[] scores = new double[ROWS];
    try (OpenClNearest kernel = new OpenClNearest(backend.session(), operand, null, 1)) {
      kernel.nearest(
          points, NearestOptions.SINGLE, TokenIds.of(ids), DoubleMatrix.of(scores, ROWS, 1));
    }
    for (int row = 0; row < ROWS; row++) {
      if (ids[row] != expected[row] || Double.compare(scores[row], expectedScores[row]) != 0) {
        return Optional.of(
            "its self-test gives vector %d the id %d at %s, expected %d at %s"
                .formatted(row, ids[row], scores[row], expected[row], expectedScores[row]));
      }
    }
    return Optional.empty();
  }

  private static FloatMatrix matrix(SplittableRandom random, int rows, int dim) {
    FloatMatrix matrix = FloatMatrix.allocate(rows, dim);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < dim; i++) {
        matrix.set(row, i, (float) random.nextGaussian());
      }
    }
    return matrix;
  }
}
