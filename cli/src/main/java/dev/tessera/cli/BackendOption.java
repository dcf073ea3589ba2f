package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.kernel.Availability;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.BackendReport;
import dev.tessera.kernel.Backends;
import dev.tessera.vq.QuantizerReport;
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

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = Backends.AUTO,
      description =
          "auto, scalar, simd or opencl (default: auto, the fastest for each call; the ids are the"
              + " same).")
  private String backend = Backends.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads compute (default: one a processor).")
  private @Nullable Integer threads;

  BackendOptions options() {
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
  /// @throws ParameterException if there is none of that name
  /// @throws dev.tessera.kernel.KernelException if it is unavailable
  Tessera open() {
    BackendOptions options = options();
    try {
      return Tessera.open(backend, options);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--backend: " + e.getMessage(), e);
    }
  }

  /// The backends that served, as in `simd (512-bit vectors)`.
  static String served(List<QuantizerReport.Served> backends, BackendReport report) {
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
  void explainSlowness(Console console, QuantizerReport quantizer, BackendReport report) {
    List<String> served =
        quantizer.backends().stream()
            .filter(each -> each.calls() > 0)
            .map(QuantizerReport.Served::backend)
            .toList();
    if (backend.equals(Backends.AUTO) && served.equals(List.of(SLOWEST))) {
      report.entries().stream()
          .filter(entry -> !entry.serves())
          .forEach(entry -> console.notice(entry.toString()));
      quantizer.declined().forEach(console::notice);
    }
  }
}
