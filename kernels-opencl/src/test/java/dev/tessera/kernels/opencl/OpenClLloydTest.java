package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.KMeans;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// k-means on the device: the codebook of the scalar backend, to the bit.
@Tag("opencl")
final class OpenClLloydTest {
  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  /// One for all runs of a test, so that the device is tested once.
  private final KernelProvider provider = new OpenClProvider(() -> calls, null, 1);

  private LearnedCodebook learn(FloatMatrix vectors, KMeansOptions options, long memoryBytes) {
    BackendOptions backend = new BackendOptions(2).withDeviceMemoryBytes(memoryBytes);
    try (Backends backends = Backends.open("opencl", backend, List.of(provider))) {
      return KMeans.learn(backends, vectors, options, (iteration, changed) -> {});
    }
  }

  private static LearnedCodebook scalar(FloatMatrix vectors, KMeansOptions options) {
    try (Tessera tessera = Tessera.open("scalar")) {
      return tessera.learn(vectors, options);
    }
  }

  private static void assertSame(LearnedCodebook found, LearnedCodebook expected) {
    assertThat(found.codebook().codewords().toArray())
        .isEqualTo(expected.codebook().codewords().toArray());
    assertThat(found.iterations()).isEqualTo(expected.iterations());
    assertThat(found.converged()).isEqualTo(expected.converged());
    assertThat(found.reseeded()).isEqualTo(expected.reseeded());
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"RANDOM", "CLUSTERED", "OFFSET", "WIDE_NORMS", "DENORMAL"})
  void bitsAreTheScalarBackends(Kind kind) {
    for (Metric metric : List.of(Metric.L2, Metric.COSINE)) {
      for (int dim : new int[] {2, 7, 40}) {
        FloatMatrix vectors = SampleVectors.of(kind, 4000, 30, dim, 9).points();
        KMeansOptions options = KMeansOptions.of(11, 4).withMetric(metric).withIterations(5);
        LearnedCodebook found = learn(vectors, options, BackendOptions.ALL_DEVICE_MEMORY);
        assertThat(found.report().backends().getFirst().detail())
            .startsWith("vectors kept on the device, ");
        assertSame(found, scalar(vectors, options));
      }
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void emptyClustersAreSeededAnew() {
    FloatMatrix vectors = SampleVectors.of(Kind.INTEGER_TIES, 3000, 3, 4, 2).points();
    KMeansOptions options = KMeansOptions.of(70, 1).withIterations(8);
    assertSame(learn(vectors, options, BackendOptions.ALL_DEVICE_MEMORY), scalar(vectors, options));
  }

  @Test
  void manyClustersAndManySegments() {
    FloatMatrix vectors = SampleVectors.of(Kind.CLUSTERED, 9000, 3, 3, 2).points();
    for (int codes : new int[] {2, 2000}) {
      KMeansOptions options = KMeansOptions.of(codes, 1).withIterations(3);
      assertSame(
          learn(vectors, options, BackendOptions.ALL_DEVICE_MEMORY), scalar(vectors, options));
    }
  }

  @Test
  void vectorsThatDoNotFitStreamThroughTheSearch() {
    FloatMatrix vectors = SampleVectors.of(Kind.CLUSTERED, 5000, 30, 24, 9).points();
    KMeansOptions options = KMeansOptions.of(11, 4).withIterations(4);
    LearnedCodebook found = learn(vectors, options, 200_000);
    assertThat(found.report().backends().getFirst().detail()).matches("(plain|tiled) screen, .*");
    assertSame(found, scalar(vectors, options));
  }

  @Test
  void underAutoTheSearchGoesOnWhereTheDeviceFails() {
    calls.claim(0x1000, 4); // a GPU, or auto would leave it alone
    calls.claim(0x1004, 1); // work-groups of one, for the screen that a processor runs fast
    FloatMatrix vectors = SampleVectors.of(Kind.RANDOM, 30_000, 3, 64, 9).points();
    KMeansOptions options = KMeansOptions.of(128, 4).withIterations(4);
    List<KernelProvider> providers = new ArrayList<>(Backends.discover());
    providers.removeIf(provider -> !provider.name().equals("scalar"));
    providers.add(provider);
    try (Backends backends = Backends.open(Backends.AUTO, new BackendOptions(2), providers)) {
      long[] launches = new long[3]; // until the search began, and before steps 1 and 2
      launches[0] = calls.launches();
      LearnedCodebook found =
          KMeans.learn(
              backends,
              vectors,
              options,
              (iteration, changed) -> {
                if (iteration <= 2) {
                  launches[iteration] = calls.launches();
                }
                if (iteration == 2) {
                  calls.fail(FaultyCalls.Call.LAUNCH, FaultyCalls.DEVICE_LOST, 0);
                }
              });
      assertThat(found.report().backends())
          .as("%s", found.report())
          .anySatisfy(served -> assertThat(served.backend()).isEqualTo("scalar"));
      assertThat(launches[1]).as("the device took the first step").isGreaterThan(launches[0]);
      assertThat(launches[2]).as("and the second").isGreaterThan(launches[1]);
      assertThat(found.codebook().codewords().toArray())
          .isEqualTo(scalar(vectors, options).codebook().codewords().toArray());
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aFailureSurfacesForThoseWhoAskedForTheDevice() {
    FloatMatrix vectors = SampleVectors.of(Kind.CLUSTERED, 3000, 30, 24, 9).points();
    KMeansOptions options = KMeansOptions.of(11, 4).withIterations(4);
    try (Backends backends = SampleSearch.open(calls, new BackendOptions(2))) {
      calls.fail(FaultyCalls.Call.LAUNCH, FaultyCalls.DEVICE_LOST, 30);
      assertThatThrownBy(() -> KMeans.learn(backends, vectors, options, (iteration, changed) -> {}))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("k-means step on ");
    }
    assertThat(calls.unreleased()).isZero();
  }
}
