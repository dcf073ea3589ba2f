package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BackendsTest {
  private static final BackendOptions ONE_THREAD = new BackendOptions(1);

  /// A provider that says what it is told to.
  private record Told(String name, int priority, Availability probe, boolean opens)
      implements KernelProvider {
    @Override
    public Backend open(BackendOptions options) {
      if (!opens) {
        throw new KernelException("the device went away");
      }
      return new Backend() {
        @Override
        public String name() {
          return Told.this.name;
        }

        @Override
        public Offer<NearestKernel> nearest(NearestOperand operand) {
          return new Offer.Declined<>("not today");
        }

        @Override
        public void close() {}
      };
    }
  }

  private static Told available(String name, int priority) {
    return new Told(name, priority, new Availability.Available("here"), true);
  }

  private static Told unavailable(String name, int priority) {
    return new Told(
        name, priority, new Availability.Unavailable("no device", "install a driver"), true);
  }

  @Test
  void autoOpensAllThatAreAvailableTheBestFirst() {
    List<KernelProvider> providers =
        List.of(available("scalar", 0), unavailable("opencl", 20), available("simd", 10));
    try (Backends backends = Backends.open(Backends.AUTO, ONE_THREAD, providers)) {
      assertThat(backends.serving()).extracting(Backend::name).containsExactly("simd", "scalar");
      assertThat(backends.report().first()).isEqualTo("simd");
      assertThat(backends.report().toString())
          .contains("opencl is unavailable: no device; install a driver")
          .contains("simd serves: here");
    }
  }

  @Test
  void aNameOpensThatBackendAlone() {
    List<KernelProvider> providers = List.of(available("scalar", 0), available("simd", 10));
    try (Backends backends = Backends.open("scalar", ONE_THREAD, providers)) {
      assertThat(backends.serving()).extracting(Backend::name).containsExactly("scalar");
      assertThat(backends.report().toString()).contains("simd is available, but was not asked for");
    }
  }

  @Test
  void anUnavailableBackendAskedForByNameIsAnErrorThatSaysWhy() {
    List<KernelProvider> providers = List.of(available("scalar", 0), unavailable("opencl", 20));
    assertThatThrownBy(() -> Backends.open("opencl", ONE_THREAD, providers))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("opencl is unavailable: no device; install a driver");
  }

  @Test
  void aBackendThatIsNotLinkedIsReportedWithItsArtifact() {
    List<KernelProvider> providers = List.of(available("scalar", 0));
    try (Backends backends = Backends.open(Backends.AUTO, ONE_THREAD, providers)) {
      assertThat(backends.report().toString())
          .contains("simd is unavailable: its module is not linked")
          .contains("add dev.tessera:tessera-kernels-opencl");
    }
    assertThatThrownBy(() -> Backends.open("simd", ONE_THREAD, providers))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("add dev.tessera:tessera-kernels-simd");
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheNames() {
    List<KernelProvider> providers = List.of(available("scalar", 0));
    assertThatThrownBy(() -> Backends.open("cuda", ONE_THREAD, providers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`cuda`")
        .hasMessageContaining("auto")
        .hasMessageContaining("scalar");
  }

  @Test
  void aBackendThatDoesNotOpenIsLeftOutUnderAuto() {
    Told failing = new Told("opencl", 20, new Availability.Available("a device"), false);
    List<KernelProvider> providers = List.of(available("scalar", 0), failing);
    try (Backends backends = Backends.open(Backends.AUTO, ONE_THREAD, providers)) {
      assertThat(backends.serving()).extracting(Backend::name).containsExactly("scalar");
      assertThat(backends.report().toString()).contains("the device went away");
    }
  }

  @Test
  void autoDoesNotOpenABackendThatLeavesItToOthers() {
    KernelProvider told = new Told("opencl", 20, new Availability.Available("a processor"), false);
    KernelProvider modest =
        new KernelProvider() {
          @Override
          public String name() {
            return told.name();
          }

          @Override
          public int priority() {
            return told.priority();
          }

          @Override
          public Availability probe() {
            return told.probe();
          }

          @Override
          public boolean servesAuto() {
            return false;
          }

          @Override
          public Backend open(BackendOptions options) {
            return told.open(options);
          }
        };
    List<KernelProvider> providers = List.of(available("scalar", 0), modest);
    try (Backends backends = Backends.open(Backends.AUTO, ONE_THREAD, providers)) {
      assertThat(backends.serving()).extracting(Backend::name).containsExactly("scalar");
      assertThat(backends.report().toString())
          .contains("opencl is available, but was not asked for: a processor");
    }
    assertThatThrownBy(() -> Backends.open("opencl", ONE_THREAD, providers))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("the device went away");
  }

  @Test
  void aDeviceIsAskedForByPlaceOrByPartOfAName() {
    assertThat(DeviceChoice.parse(" 12 ")).isEqualTo(new DeviceChoice.Numbered(12));
    assertThat(DeviceChoice.parse("H200")).isEqualTo(new DeviceChoice.Named("H200"));
    assertThat(new DeviceChoice.Named("h200").fits("NVIDIA H200")).isTrue();
    assertThat(new DeviceChoice.Named("h200").fits("NVIDIA H100")).isFalse();
    assertThatThrownBy(() -> DeviceChoice.parse(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a device's name has at least 1 character, not 0");
    assertThatThrownBy(() -> new DeviceChoice.Numbered(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("devices are numbered from 0, not from -1");
    assertThatThrownBy(() -> ONE_THREAD.withDeviceMemoryBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a backend takes at least 1 byte of device memory, not 0");
    assertThat(ONE_THREAD.withDeviceMemoryBytes(5).withDevice(DeviceChoice.parse("3")))
        .isEqualTo(new BackendOptions(1, new DeviceChoice.Numbered(3), 5));
  }

  @Test
  void theScalarBackendIsFound() {
    assertThat(Backends.discover()).extracting(KernelProvider::name).contains("scalar");
  }
}
