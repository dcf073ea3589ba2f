package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.kernel.Availability;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.BackendReport;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.DeviceChoice;
import dev.tessera.kernel.KernelReport;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// Which backend computes, and on how many threads.
final class BackendOption {
  private static final String SLOWEST = "scalar";
  private static final String ON_DEVICES = "opencl";

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = Backends.AUTO,
      description =
          "auto, scalar, simd or opencl (default: auto, the fastest for each call; the results are"
              + " the same).")
  private String backend = Backends.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads compute (default: one a processor).")
  private @Nullable Integer threads;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "The OpenCL device: its number in the list of `tessera backends`, or a part of its name"
              + " or its platform's. Means --backend opencl.")
  private @Nullable String device;

  @Option(
      names = "--device-memory",
      paramLabel = "BYTES",
      converter = ByteSize.class,
      description =
          "The most memory that is held on the device, as in 256M; what does not fit streams"
              + " through (default: three quarters of the device's).")
  private @Nullable Long deviceMemory;

  BackendOptions options() {
    BackendOptions options = threadOptions();
    if (device != null) {
      options = options.withDevice(deviceChoice(device));
    }
    return deviceMemory == null ? options : options.withDeviceMemoryBytes(deviceMemory);
  }

  private DeviceChoice deviceChoice(String text) {
    try {
      return DeviceChoice.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--device: " + e.getMessage(), e);
    }
  }

  private BackendOptions threadOptions() {
    if (threads == null) {
      return BackendOptions.defaults();
    }
    if (threads < 1 || threads > BackendOptions.MOST_THREADS) {
      throw new ParameterException(
          command.commandLine(),
          "--threads must be from 1 to %d, not %d".formatted(BackendOptions.MOST_THREADS, threads));
    }
    return new BackendOptions(threads);
  }

  /// Opens the backend that was asked for.
  ///
  /// @throws ParameterException if there is none of that name, or no such device
  /// @throws dev.tessera.kernel.KernelException if it is unavailable
  Tessera open() {
    BackendOptions options = options();
    String opened = device != null && backend.equals(Backends.AUTO) ? ON_DEVICES : backend;
    if (device != null && !opened.equals(ON_DEVICES)) {
      throw new ParameterException(
          command.commandLine(), "--device is for the backend opencl, not for " + backend);
    }
    try {
      return Tessera.open(opened, options);
    } catch (IllegalArgumentException e) {
      String culprit = device == null ? "--backend: " : "--device: ";
      throw new ParameterException(command.commandLine(), culprit + e.getMessage(), e);
    }
  }

  /// The backends that served, as in `simd (512-bit vectors)`.
  static String served(List<KernelReport.Served> backends, BackendReport report) {
    String text =
        backends.stream()
            .filter(served -> served.calls() > 0)
            .map(served -> served.backend() + " (" + detail(served.backend(), report) + ")")
            .collect(Collectors.joining(" and "));
    return text.isEmpty() ? report.first() + " (" + detail(report.first(), report) + ")" : text;
  }

  /// What a backend runs on.
  static String detail(String backend, BackendReport report) {
    for (BackendReport.Entry entry : report.entries()) {
      if (entry.name().equals(backend)
          && entry.availability() instanceof Availability.Available(String detail)) {
        return detail;
      }
    }
    return "unavailable";
  }

  /// Says why no faster backend ran, where the scalar one did all the work and nobody had asked for
  /// it.
  void explainSlowness(Console console, KernelReport kernels, BackendReport report) {
    List<String> served =
        kernels.backends().stream()
            .filter(each -> each.calls() > 0)
            .map(KernelReport.Served::backend)
            .toList();
    if (backend.equals(Backends.AUTO) && served.equals(List.of(SLOWEST))) {
      report.entries().stream()
          .filter(entry -> !entry.serves())
          .forEach(entry -> console.notice(entry.toString()));
      kernels.declined().forEach(console::notice);
    }
  }
}
