package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.List;

/// A search on some sample, to be compared with the scalar backend's.
///
/// @param neighbours k
record SampleSearch(SampleVectors vectors, Metric metric, int neighbours) {
  static SampleSearch of(int n, int codes, int dim) {
    return new SampleSearch(
        SampleVectors.of(SampleVectors.Kind.CLUSTERED, n, codes, dim, 3), Metric.L2, 1);
  }

  NearestOperand operand() {
    return new NearestOperand(vectors.codewords(), metric);
  }

  int rows() {
    return (int) vectors.points().rows();
  }

  /// The first device.
  static Device device(OpenCl calls) {
    return Device.all(calls).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no OpenCL device: apt-get install pocl-opencl-icd ocl-icd-libopencl1, or pass"
                        + " -Dopencl=off"));
  }

  /// The kernel of an opened backend.
  static NearestKernel kernel(Backend backend, NearestOperand operand) {
    return switch (backend.nearest(operand)) {
      case Offer.Accepted<NearestKernel>(NearestKernel kernel) -> kernel;
      case Offer.Declined<NearestKernel>(String reason) -> throw new AssertionError(reason);
    };
  }

  /// Opens OpenCL alone through given calls, and asserts that it is what serves.
  static Backends open(OpenCl calls, BackendOptions options) {
    Backends backends =
        Backends.open("opencl", options, List.of(new OpenClProvider(() -> calls, null, 1)));
    assertThat(backends.serving()).hasSize(1);
    assertThat(backends.serving().getFirst().name()).isEqualTo("opencl");
    return backends;
  }

  /// What a kernel finds.
  ///
  /// @param ids `[n x neighbours]`
  /// @param scores `[n x neighbours]`
  record Found(int[] ids, double[] scores) {}

  Found run(NearestKernel kernel) {
    int[] ids = new int[rows() * neighbours];
    double[] scores = new double[rows() * neighbours];
    kernel.nearest(
        vectors.points(),
        new NearestOptions(neighbours, null),
        TokenIds.of(ids, rows(), neighbours),
        DoubleMatrix.of(scores, rows(), neighbours));
    return new Found(ids, scores);
  }

  /// What the scalar backend finds.
  Found expected() {
    try (Backends backends = Backends.open("scalar", new BackendOptions(2));
        NearestKernel kernel = kernel(backends.serving().getFirst(), operand())) {
      return run(kernel);
    }
  }

  /// Asserts that a kernel finds what the scalar backend finds.
  void check(NearestKernel kernel) {
    Found found = run(kernel);
    Found expected = expected();
    assertThat(found.ids()).isEqualTo(expected.ids());
    assertThat(found.scores()).isEqualTo(expected.scores());
  }
}
