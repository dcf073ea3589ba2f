package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.DeviceChoice;
import dev.tessera.kernel.DeviceReport;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The OpenCL backend's provider: finds devices, tests one, opens it.
public final class OpenClProvider implements KernelProvider {
  static final String NAME = "opencl";

  private static final String INSTALL_LOADER =
      "install an OpenCL loader, as in `apt-get install ocl-icd-libopencl1`";
  private static final String INSTALL_DRIVER =
      "install a GPU's OpenCL driver (where libnvidia-opencl.so.1 is there and no file in"
          + " /etc/OpenCL/vendors names it, set OCL_ICD_VENDORS=libnvidia-opencl.so.1), or `apt-get"
          + " install pocl-opencl-icd` for the processor";
  private static final String OTHER_DEVICE =
      "update or mend its driver, choose another device, or use simd";

  private final Supplier<OpenCl> calls;
  private final ScreenPlan.@Nullable Kind forced;
  private final double windowFactor;
  private final Map<Integer, Optional<String>> faults = new HashMap<>();

  /// For `ServiceLoader`.
  public OpenClProvider() {
    this(JoclCalls::new, null, 1);
  }

  /// @param calls makes the calls; not asked before [#probe()]
  /// @param forced the screen to use, or null for the one that suits
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  OpenClProvider(Supplier<OpenCl> calls, ScreenPlan.@Nullable Kind forced, double windowFactor) {
    this.calls = calls;
    this.forced = forced;
    this.windowFactor = windowFactor;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 20;
  }

  @Override
  public Availability probe() {
    return probe(DeviceChoice.BEST);
  }

  @Override
  public Availability probe(BackendOptions options) {
    return probe(options.device());
  }

  private Availability probe(DeviceChoice choice) {
    try {
      OpenCl cl = calls.get();
      List<Device> devices = Device.all(cl);
      Optional<Device> chosen = chosenOrBest(devices, choice);
      if (chosen.isEmpty()) {
        return cl.platforms().isEmpty()
            ? new Availability.Unavailable("there is no OpenCL platform", INSTALL_DRIVER)
            : new Availability.Unavailable("no OpenCL platform has a device", INSTALL_DRIVER);
      }
      Device device = chosen.get();
      if (device.kind() == Device.Kind.CPU) {
        return new Availability.Available(
            device + ", for those who ask for it by name: simd is faster on a processor");
      }
      return findFault(cl, device)
          .<Availability>map(
              fault ->
                  new Availability.Unavailable(
                      "the device %s fails: %s".formatted(device, fault), OTHER_DEVICE))
          .orElseGet(() -> new Availability.Available(device.toString()));
    } catch (LinkageError e) {
      return new Availability.Unavailable(
          "the library libOpenCL does not load (" + e.getMessage() + ")", INSTALL_LOADER);
    } catch (RuntimeException e) { // a probe never throws
      return new Availability.Unavailable(
          "OpenCL fails: " + e.getMessage(), "install or mend the driver of the OpenCL device");
    }
  }

  private static Optional<Device> chosenOrBest(List<Device> devices, DeviceChoice choice) {
    try {
      return DeviceSelection.select(devices, choice);
    } catch (IllegalArgumentException e) { // none fits, as `open` says
      return DeviceSelection.select(devices, DeviceChoice.BEST);
    }
  }

  /// The fault of a device, sought once.
  private synchronized Optional<String> findFault(OpenCl cl, Device device) {
    return faults.computeIfAbsent(device.index(), index -> SelfTest.findFault(cl, device));
  }

  /// Not where there is nothing better than a processor: simd serves there. Its self-test would
  /// cost every program some tenths of a second, too; it runs when the backend is opened.
  @Override
  public boolean servesAuto() {
    try {
      return DeviceSelection.select(Device.all(calls.get()), DeviceChoice.BEST)
          .map(device -> device.kind() != Device.Kind.CPU)
          .orElse(false);
    } catch (LinkageError | RuntimeException e) {
      return false; // the probe says why
    }
  }

  @Override
  public List<DeviceReport> devices() {
    List<DeviceReport> reports = new ArrayList<>();
    try {
      OpenCl cl = calls.get();
      for (Device device : Device.all(cl)) {
        reports.add(report(cl, device));
      }
    } catch (LinkageError | RuntimeException e) {
      return List.copyOf(reports); // the probe says why
    }
    return reports;
  }

  private DeviceReport report(OpenCl cl, Device device) {
    double rate = 0;
    String trouble = findFault(cl, device).orElse("");
    if (trouble.isEmpty()) {
      try (Context context = new Context(cl, device);
          Queue queue = context.newQueue()) {
        rate = DeviceRates.copyRates(context, queue, device.memoryBytes() / 4)[0];
      } catch (OpenClException e) {
        trouble = e.getMessage();
      }
    }
    return new DeviceReport(
        device.index(),
        device.platformName(),
        device.name(),
        device.kind().toString(),
        device.memoryBytes(),
        device.computeUnits(),
        device.fp64(),
        rate,
        trouble);
  }

  /// @throws IllegalArgumentException if no device is the one that was asked for; lists all
  @Override
  public Backend open(BackendOptions options) {
    OpenCl cl = calls.get();
    Device device;
    try {
      device =
          DeviceSelection.select(Device.all(cl), options.device())
              .orElseThrow(() -> new KernelException("no OpenCL platform has a device any more"));
    } catch (OpenClException e) {
      throw new KernelException("looking for OpenCL devices: " + e.getMessage(), e);
    }
    findFault(cl, device)
        .ifPresent(
            fault -> {
              throw new KernelException("the device %s fails: %s".formatted(device, fault));
            });
    return new OpenClBackend(cl, device, options, forced, windowFactor);
  }
}
