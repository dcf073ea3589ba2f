package dev.tessera.benchmarks.limits;

import dev.tessera.benchmarks.results.Limits;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.DeviceReport;
import dev.tessera.kernel.KernelProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/// Measures the limits of this machine, in a JVM of its own, and prints them as one JSON object on
/// one line.
///
/// ```
/// java --add-modules jdk.incubator.vector -Xmx2g -cp 'benchmarks/target/lib/*' dev.tessera.benchmarks.limits.LimitsRun 1 2
/// ```
public final class LimitsRun {
  /// All arrays of all threads: several times the largest caches there are.
  private static final long BYTES = 1L << 30;

  private LimitsRun() {}

  /// Measures and prints.
  ///
  /// @param args numbers of threads
  public static void main(String[] args) throws InterruptedException, ExecutionException {
    SortedMap<Integer, Limits.Rates> rates = new TreeMap<>();
    for (int threads : Arrays.stream(args).mapToInt(Integer::parseInt).toArray()) {
      rates.put(threads, measure(threads));
    }
    Optional<DeviceReport> device = gpu();
    Limits limits =
        new Limits(
            FmaPeak.vectorBits(),
            rates,
            device.map(DeviceReport::name).orElse(""),
            device.map(DeviceReport::pinnedBytesPerSecond).orElse(0.0));
    System.out.println(limits.toJson().onOneLine());
  }

  static Limits.Rates measure(int threads) throws InterruptedException, ExecutionException {
    double twelve = ParallelRate.best(threads, () -> new FmaPeak()::twelveChains);
    double sixteen = ParallelRate.best(threads, () -> new FmaPeak()::sixteenChains);
    double read = ParallelRate.best(threads, () -> new MemoryRate(BYTES / threads)::read);
    double triad = ParallelRate.best(threads, () -> new MemoryRate(BYTES / threads)::triad);
    return new Limits.Rates(Math.max(twelve, sixteen), read, triad);
  }

  /// The first GPU that can serve: its bus is a limit. A processor behind OpenCL has none.
  private static Optional<DeviceReport> gpu() {
    List<DeviceReport> devices =
        Backends.discover().stream().map(KernelProvider::devices).flatMap(List::stream).toList();
    return devices.stream()
        .filter(device -> device.kind().equals("GPU") && device.trouble().isEmpty())
        .findFirst();
  }
}
