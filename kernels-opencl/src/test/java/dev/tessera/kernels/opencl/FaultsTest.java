package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.kernel.Availability;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.DeviceChoice;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernels.opencl.FaultyCalls.Call;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Faults of devices and drivers: one exception type for those who asked for OpenCL, the next
/// backend and one line for the others; devices that lie, or lack something.
@Tag("opencl")
final class FaultsTest {
  // Properties by their numbers in the OpenCL specification.
  private static final int TYPE = 0x1000;
  private static final int MAX_WORK_GROUP_SIZE = 0x1004;
  private static final int MAX_MEM_ALLOC_SIZE = 0x1010;
  private static final int SINGLE_FP_CONFIG = 0x101B;
  private static final int GLOBAL_MEM_SIZE = 0x101F;
  private static final int AVAILABLE = 0x1027;
  private static final int NAME = 0x102B;
  private static final int EXTENSIONS = 0x1030;
  private static final long CPU = 2;
  private static final long GPU = 4;

  private static final BackendOptions OPTIONS = new BackendOptions(2);

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  private OpenClBackend open(BackendOptions options) {
    return new OpenClBackend(calls, SampleSearch.device(calls), options, null, 1);
  }

  private static byte[] ascii(String text) {
    return (text + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  private static int status(Call call) {
    return switch (call) {
      case BUILD -> FaultyCalls.BUILD_FAILURE;
      case CREATE_BUFFER -> FaultyCalls.OUT_OF_MEMORY;
      default -> FaultyCalls.DEVICE_LOST;
    };
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void eachSurfacesAsOneExceptionThatNamesCallAndDevice(Call call) {
    SampleSearch search = SampleSearch.of(500, 100, 12);
    calls.fail(call, status(call), 0);
    assertThatThrownBy(
            () -> {
              try (OpenClBackend backend = open(OPTIONS);
                  NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
                search.run(kernel);
              }
            })
        .isInstanceOf(KernelException.class)
        .hasMessageContaining(call + " (injected) failed: ")
        .hasMessageContaining(SampleSearch.device(calls).name());
    assertThat(calls.unreleased()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"LAUNCH", "WRITE", "READ", "AWAIT"})
  void inTheMiddleOfACallNothingIsLeftBehindAndTheNextCallWorks(Call call) {
    SampleSearch search = SampleSearch.of(3000, 200, 12);
    try (OpenClBackend backend = open(OPTIONS.withDeviceMemoryBytes(100_000));
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
      kernel.prepare();
      calls.fail(call, FaultyCalls.DEVICE_LOST, 20);
      assertThatThrownBy(() -> search.run(kernel))
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("nearest codeword on ");
      calls.mend();
      search.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aBuildFailureCarriesTheCompilersLog() {
    SampleSearch search = SampleSearch.of(50, 20, 5);
    calls.fail(Call.BUILD, FaultyCalls.BUILD_FAILURE, 0);
    try (OpenClBackend backend = open(OPTIONS);
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
      assertThatThrownBy(() -> search.run(kernel))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the compiler's log");
    }
  }

  @Test
  void theRealCompilersLogIsShown() {
    JoclCalls real = new JoclCalls();
    Device device = SampleSearch.device(real);
    try (Context context = new Context(real, device)) {
      assertThatThrownBy(() -> context.newKernel("fill.cl", "-Dkernel=nonsense", "fill"))
          .isInstanceOf(OpenClException.class)
          .hasMessageContaining("CL_BUILD_PROGRAM_FAILURE")
          .hasMessageContaining("nonsense");
    }
  }

  @Test
  void aDeviceWithLessMemoryThanItSaysIsUsedWithWhatItHas() {
    SampleSearch search = SampleSearch.of(60_000, 300, 32);
    calls.claim(
        GLOBAL_MEM_SIZE,
        4L << 30); // halvings end elsewhere for the memory that PoCL happens to see
    calls.refuseBuffersAbove(1_000_000);
    try (OpenClBackend backend = open(OPTIONS);
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
      search.check(kernel);
      assertThat(backend.session().allowedBytes()).isLessThan(40_000_000);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aDeviceThatClaimsEndlessMemoryServes() {
    SampleSearch search = SampleSearch.of(5000, 300, 32);
    calls.claim(GLOBAL_MEM_SIZE, Long.MAX_VALUE);
    calls.claim(MAX_MEM_ALLOC_SIZE, Long.MAX_VALUE);
    try (OpenClBackend backend = open(OPTIONS);
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
      search.check(kernel);
    }
  }

  @Test
  void workGroupsOfOneWorkItemAreEnough() {
    SampleSearch search = SampleSearch.of(700, 300, 32);
    calls.claim(TYPE, GPU);
    calls.claim(MAX_WORK_GROUP_SIZE, 1);
    try (OpenClBackend backend = open(OPTIONS);
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
      search.check(kernel);
      assertThat(kernel.describe()).startsWith("plain screen, ");
    }
  }

  @Test
  void withoutFloat64TheHostDecidesWhatIsLeft() {
    calls.claim(EXTENSIONS, ascii("cl_khr_byte_addressable_store"));
    for (int neighbours : new int[] {1, 3}) {
      SampleSearch given = SampleSearch.of(700, 300, 32);
      SampleSearch search = new SampleSearch(given.vectors(), given.metric(), neighbours);
      try (OpenClBackend backend = open(OPTIONS);
          NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
        search.check(kernel);
        assertThat(kernel.describe()).contains("float64 on the host");
      }
    }
  }

  @Test
  void aDeviceWithoutDenormalsOrFusedMultiplyAddIsDeclined() {
    calls.claim(SINGLE_FP_CONFIG, 2 + 4);
    assertThatThrownBy(() -> SampleSearch.open(calls, OPTIONS))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("its float32 lacks denormals, infinities or a correctly rounded fma");
  }

  @Test
  void aDeviceThatIsNotAvailableIsDeclined() {
    calls.claim(AVAILABLE, new byte[4]);
    assertThatThrownBy(() -> SampleSearch.open(calls, OPTIONS))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("it says that it is not available");
  }

  @Test
  void noPlatformAndNoDeviceAreToldApart() {
    calls.hidePlatforms();
    assertThat(probe())
        .isInstanceOfSatisfying(
            Availability.Unavailable.class,
            answer -> {
              assertThat(answer.reason()).isEqualTo("there is no OpenCL platform");
              assertThat(answer.fix()).contains("apt-get install pocl-opencl-icd");
            });
    FaultyCalls withoutDevice = new FaultyCalls(new JoclCalls());
    withoutDevice.hideDevices();
    assertThat(new OpenClProvider(() -> withoutDevice, null, 1).probe())
        .isInstanceOfSatisfying(
            Availability.Unavailable.class,
            answer -> assertThat(answer.reason()).isEqualTo("no OpenCL platform has a device"));
  }

  @Test
  void withoutTheLibraryTheProbeSaysWhatToInstall() {
    KernelProvider provider =
        new OpenClProvider(
            () -> {
              throw new UnsatisfiedLinkError("libOpenCL.so.1: no such file");
            },
            null,
            1);
    assertThat(provider.probe())
        .isEqualTo(
            new Availability.Unavailable(
                "the library libOpenCL does not load (libOpenCL.so.1: no such file)",
                "install an OpenCL loader, as in `apt-get install ocl-icd-libopencl1`"));
    assertThat(provider.servesAuto()).isFalse();
    assertThat(provider.devices()).isEmpty();
  }

  private Availability probe() {
    return new OpenClProvider(() -> calls, null, 1).probe();
  }

  @Test
  void theProbeOfAGpuRunsItsKernelsAndNamesTheFault() {
    calls.claim(TYPE, GPU);
    assertThat(probe()).isInstanceOf(Availability.Available.class);
    assertThat(calls.launches()).isPositive();
    calls.fail(Call.BUILD, FaultyCalls.BUILD_FAILURE, 0);
    assertThat(probe())
        .isInstanceOfSatisfying(
            Availability.Unavailable.class,
            answer ->
                assertThat(answer.reason())
                    .contains("BUILD (injected) failed: status: the compiler's log"));
    calls.fail(Call.CREATE_CONTEXT, FaultyCalls.DEVICE_LOST, 0);
    assertThat(probe()).isInstanceOf(Availability.Unavailable.class);
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aGpuThatComputesWronglyFailsItsSelfTest() {
    calls.editSources(
        source -> source.replace("acc = fma(t, t, acc);", "acc = 1.0000001 * fma(t, t, acc);"));
    assertThat(SelfTest.findFault(calls, SampleSearch.device(calls)))
        .hasValueSatisfying(fault -> assertThat(fault).startsWith("its self-test gives vector "));
  }

  @Test
  void ofTwoPlatformsDevicesAreChosenByPlaceNameAndScore() {
    calls.doublePlatforms();
    List<Device> devices = Device.all(calls);
    assertThat(devices).extracting(Device::index).containsExactly(0, 1);
    assertThat(DeviceSelection.select(devices, new DeviceChoice.Numbered(1)))
        .contains(devices.get(1));
    String part = devices.getFirst().name().substring(1, 9).toUpperCase(Locale.ROOT);
    assertThat(DeviceSelection.select(devices, DeviceChoice.parse(part)))
        .contains(devices.getFirst());
    assertThat(DeviceSelection.select(devices, DeviceChoice.BEST)).contains(devices.getFirst());
    assertThatThrownBy(
            () -> SampleSearch.open(calls, OPTIONS.withDevice(new DeviceChoice.Named("nosuch"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a device named `nosuch`; it has 0: " + devices.getFirst().name())
        .hasMessageContaining(", 1: ");
    assertThatThrownBy(
            () -> SampleSearch.open(calls, OPTIONS.withDevice(new DeviceChoice.Numbered(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("OpenCL has not device 2; it has 0: ");
    SampleSearch search = SampleSearch.of(100, 30, 9);
    try (Backends backends =
            SampleSearch.open(calls, OPTIONS.withDevice(new DeviceChoice.Numbered(1)));
        NearestKernel kernel =
            SampleSearch.kernel(backends.serving().getFirst(), search.operand())) {
      search.check(kernel);
    }
  }

  @Test
  void anotherDeviceServesWhileTheBestOneFails() {
    calls.doublePlatforms();
    calls.claim(TYPE, GPU);
    calls.claim(NAME, ascii("a broken GPU"));
    calls.claim(SINGLE_FP_CONFIG, 2 + 4);
    List<Device> devices = Device.all(calls);
    Device good = devices.getLast();
    assertThat(DeviceSelection.select(devices, DeviceChoice.BEST)).contains(devices.getFirst());
    DeviceChoice broken = new DeviceChoice.Numbered(0);
    for (DeviceChoice choice : List.of(DeviceChoice.BEST, broken)) {
      assertThatThrownBy(() -> SampleSearch.open(calls, OPTIONS.withDevice(choice)))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the device a broken GPU (GPU, ")
          .hasMessageContaining("its float32 lacks denormals")
          .hasMessageContaining("choose another device");
    }
    SampleSearch search = SampleSearch.of(100, 30, 9);
    for (DeviceChoice choice :
        List.of(new DeviceChoice.Named(good.name()), new DeviceChoice.Numbered(good.index()))) {
      try (Backends backends = SampleSearch.open(calls, OPTIONS.withDevice(choice));
          NearestKernel kernel =
              SampleSearch.kernel(backends.serving().getFirst(), search.operand())) {
        search.check(kernel);
        assertThat(backends.report().toString()).contains(good.name());
      }
    }
    assertThatThrownBy(
            () -> SampleSearch.open(calls, OPTIONS.withDevice(new DeviceChoice.Named("nosuch"))))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("the device a broken GPU");
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aGpuComesBeforeAProcessorThenSpeedThenMemory() {
    calls.claim(TYPE, CPU);
    Device processor = SampleSearch.device(calls);
    calls.claim(TYPE, GPU);
    calls.claim(NAME, ascii("a GPU"));
    Device gpu = SampleSearch.device(calls);
    calls.claim(GLOBAL_MEM_SIZE, gpu.memoryBytes() + 1);
    Device larger = SampleSearch.device(calls);
    calls.claim(0x1002, 1);
    Device fewerUnits = SampleSearch.device(calls);
    assertThat(gpu.isBetterThan(processor)).isTrue();
    assertThat(processor.isBetterThan(gpu)).isFalse();
    assertThat(larger.isBetterThan(gpu)).isTrue();
    assertThat(gpu.isBetterThan(fewerUnits)).isTrue();
  }

  @Test
  void underAutoAFailureIsOneLineAndTheNextBackendServes() {
    calls.claim(TYPE, GPU); // auto would leave a processor alone
    calls.claim(MAX_WORK_GROUP_SIZE, 1); // for the screen that a processor runs fast
    SampleSearch search = SampleSearch.of(20_000, 512, 64);
    int[] expected = search.expected().ids();
    List<KernelProvider> providers = new ArrayList<>(Backends.discover());
    providers.removeIf(provider -> !provider.name().equals("scalar"));
    providers.add(new OpenClProvider(() -> calls, null, 1));
    List<LogRecord> warnings = new ArrayList<>();
    Handler handler = collecting(warnings);
    Logger logger = Logger.getLogger("dev.tessera");
    logger.addHandler(handler);
    try (Backends backends = Backends.open(Backends.AUTO, OPTIONS, providers);
        Quantizer quantizer =
            Quantizer.of(
                backends,
                Codebook.of(search.vectors().codewords()),
                QuantizerOptions.of(search.metric()))) {
      quantizer.prepare();
      assertThat(quantizer.encode(search.vectors().points()).toArray()).isEqualTo(expected);
      assertThat(quantizer.report().backends().getFirst().calls())
          .as("what auto chose while nothing was wrong: %s", quantizer.report())
          .isEqualTo(1);
      calls.fail(Call.LAUNCH, FaultyCalls.DEVICE_LOST, 0);
      for (int repeat = 0; repeat < 2; repeat++) {
        assertThat(quantizer.encode(search.vectors().points()).toArray()).isEqualTo(expected);
      }
      assertThat(quantizer.report().backends())
          .extracting(KernelReport.Served::calls)
          .containsExactly(1L, 2L);
      assertThat(quantizer.report().declined().toString())
          .contains("opencl failed: nearest codeword on ")
          .contains("LAUNCH (injected) failed");
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(warnings).hasSize(1);
    assertThat(calls.unreleased()).isZero();
  }

  private static Handler collecting(List<LogRecord> warnings) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
          warnings.add(record);
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void autoNeverOpensAProcessor() {
    calls.claim(TYPE, CPU);
    List<KernelProvider> providers = new ArrayList<>(Backends.discover());
    providers.removeIf(provider -> provider.name().equals("opencl"));
    providers.add(new OpenClProvider(() -> calls, null, 1));
    try (Backends backends = Backends.open(Backends.AUTO, OPTIONS, providers)) {
      assertThat(backends.serving()).extracting(backend -> backend.name()).doesNotContain("opencl");
      assertThat(backends.report().toString())
          .contains("opencl is available, but was not asked for: ")
          .contains("for those who ask for it by name: simd is faster on a processor");
    }
    assertThat(calls.launches()).isZero();
  }

  @Test
  void openingByNameThroughTheApiServes() {
    SampleSearch search = SampleSearch.of(100, 30, 9);
    try (Tessera tessera = Tessera.open("opencl");
        Quantizer quantizer = tessera.quantizer(Codebook.of(search.vectors().codewords()))) {
      assertThat(quantizer.encode(search.vectors().points()).toArray())
          .isEqualTo(search.expected().ids());
      assertThat(quantizer.report().backends().getFirst().backend()).isEqualTo("opencl");
    }
  }
}
