package dev.tessera.kernels.opencl;

import dev.tessera.kernel.DeviceChoice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Checks and times this backend on the device of a host: the program of the GPU bundle.
///
/// ```
/// check [--device NAME|INDEX] [--rows N] [--out FOLDER]
/// ```
///
/// In this order: what OpenCL finds, the device's limits, the compiler's log of every program,
/// every kernel against plain Java, copy rates, kernel times at four shapes, end to end through the
/// library. Exit status 1 if anything is wrong.
public final class GpuCheck {
  /// Findings that are told one by one.
  private static final int MOST_FINDINGS = 60;

  private static final long DEFAULT_ROWS = 10_000_000;
  private static final Logger LIBRARY = Logger.getLogger("dev.tessera");
  private static final long LARGE_BYTES = 5L << 29;
  private static final long COPY_BYTES = 256L << 20;

  private final CheckReport report = new CheckReport(System.out);
  private DeviceChoice choice = DeviceChoice.BEST;
  private long rows = DEFAULT_ROWS;
  private Path out = Path.of("results");

  private GpuCheck() {}

  /// @param args see above
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    LIBRARY.setLevel(Level.WARNING); // which backends there are is in the report
    System.exit(new GpuCheck().run(List.of(args)));
  }

  private int run(List<String> args) throws IOException {
    for (int i = 0; i < args.size(); i += 2) {
      if (i + 1 == args.size()) {
        System.err.println("check: " + args.get(i) + " wants a value");
        return 2;
      }
      String value = args.get(i + 1);
      switch (args.get(i)) {
        case "--device" -> choice = DeviceChoice.parse(value);
        case "--rows" -> rows = Long.parseLong(value);
        case "--out" -> out = Path.of(value);
        default -> {
          System.err.println("usage: check [--device NAME|INDEX] [--rows N] [--out FOLDER]");
          return 2;
        }
      }
    }
    String when =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmm'Z'")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now());
    Path folder = out.resolve(when);
    host();
    boolean found = false;
    try {
      found = device();
    } catch (LinkageError e) {
      report.fail("libOpenCL.so.1 does not load: " + e.getMessage());
    } catch (RuntimeException e) {
      report.fail(e.toString());
      for (StackTraceElement element : e.getStackTrace()) {
        report.say("  at %s", element);
      }
    }
    report.say(
        report.failures().isEmpty() && found
            ? "all checks passed"
            : "NOT all checks passed: %d failures, each marked FAILED above"
                .formatted(report.failures().size()));
    report.write(folder);
    System.out.println("results in " + folder.toAbsolutePath());
    return report.failures().isEmpty() ? 0 : 1;
  }

  private void host() {
    Runtime.Version version = Runtime.version();
    report.say("Tessera's check of a GPU, %s", Instant.now());
    report.say(
        "host: %s %s, %d processors, Java %s",
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        version);
    OpenClSetup.findings().forEach(line -> report.say(line));
    report.put("date", Instant.now().toString());
    report.put("java", version.toString());
    report.put("processors", Runtime.getRuntime().availableProcessors());
    report.put("setup", OpenClSetup.findings());
  }

  private boolean device() {
    OpenCl calls = new JoclCalls();
    List<Device> devices = Device.all(calls);
    report.say("devices: %s", DeviceSelection.list(devices));
    if (devices.isEmpty()) {
      report.fail("no OpenCL device. " + OpenClSetup.advice());
      return false;
    }
    Device device = DeviceSelection.select(devices, choice).orElseThrow();
    if (choice.equals(DeviceChoice.BEST) && device.kind() == Device.Kind.CPU) {
      OpenClSetup.unusedGpu()
          .ifPresent(why -> report.fail("this check runs on a processor, but " + why));
    }
    report.say("");
    report.say("== device %s", device);
    Map<String, Object> limits = DeviceLimits.of(calls, device);
    limits.forEach((name, value) -> report.say("%s: %s", name, value));
    report.put("device", limits);
    SelfTest.findFault(calls, device).ifPresent(report::fail);

    report.say("");
    report.say("== compiler");
    report.put("build logs", BuildLogs.of(calls, device, report));
    try (Context context = new Context(calls, device)) {
      report.say("");
      report.say("== every kernel against plain Java");
      correctness(context);
      report.say("");
      report.say("== copies");
      long bytes = Math.min(COPY_BYTES, device.mostBufferBytes() / 4);
      Map<String, Object> rates = CopyTimings.of(context, bytes, report);
      report.put("bytes a second", new LinkedHashMap<>(rates));
      largeBuffer(context);
      report.say("");
      report.say("== kernels, by the device's events");
      KernelTimings kernels = new KernelTimings(context, report);
      kernels.run(rows);
      report.say("");
      report.say("== end to end");
      new EndToEnd(device.index(), kernels, report).run(rows, (Double) rates.get("pinned in"));
      report.say("");
      report.say("== hops and merges");
      new GraphTimings(device, report, rows).run();
      new MergeTimings(device, report, rows).run();
    }
    return true;
  }

  /// Fills more than 2 GiB, where clEnqueueFillBuffer is known to fail, and reads the end back.
  private void largeBuffer(Context context) {
    if (context.device().mostBufferBytes() < LARGE_BYTES
        || context.device().memoryBytes() < 4 * LARGE_BYTES) {
      report.say("no buffer past 2 GiB tried: the device takes none, or has too little memory");
      return;
    }
    try (DeviceArrays device = new DeviceArrays(context, "")) {
      Buffer buffer = device.unwritten(LARGE_BYTES);
      long words = LARGE_BYTES / Integer.BYTES;
      device.run("fill.cl", "", "fill", new long[] {1024}, 128, buffer, 0x600df00d, words);
      try (Arena arena = Arena.ofConfined();
          Queue queue = context.newQueue()) {
        MemorySegment end = arena.allocate(1 << 20, Integer.BYTES);
        try (Event read = queue.read(buffer, LARGE_BYTES - end.byteSize(), end)) {
          read.await();
        }
        for (long i = 0; i < end.byteSize() / Integer.BYTES; i++) {
          if (end.getAtIndex(ValueLayout.JAVA_INT, i) != 0x600df00d) {
            report.fail("a buffer of %d bytes is not filled to its end".formatted(LARGE_BYTES));
            return;
          }
        }
      }
      report.say("a buffer of %d bytes was filled to its end", LARGE_BYTES);
    }
  }

  private void correctness(Context context) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      List<SearchCase> cases = KernelSuite.cases(context.device().mostWorkItems());
      for (SearchCase search : cases) {
        suite.check(search);
      }
      suite.checkFill();
      List<MeansCheck> means =
          List.of(
              new MeansCheck(1, 1, 1, 1, 1),
              new MeansCheck(5000, 7, 5, 11, 1),
              new MeansCheck(3, 40, 1, 2, 1),
              new MeansCheck(100_000, 300, 33, 500, 1));
      for (MeansCheck clusters : means) {
        suite.check(clusters);
      }
      List<HopCheck> hops = HopCheck.cases();
      for (HopCheck hop : hops) {
        suite.check(hop);
      }
      List<MergeCheck> merges = MergeCheck.cases();
      for (MergeCheck merge : merges) {
        suite.check(merge);
      }
      List<LinearCheck> layers = LinearCheck.cases(context.device().mostWorkItems());
      for (LinearCheck layer : layers) {
        suite.check(layer);
      }
      suite.findings().stream().limit(MOST_FINDINGS).forEach(report::fail);
      if (suite.findings().size() > MOST_FINDINGS) {
        report.fail("and %d findings more".formatted(suite.findings().size() - MOST_FINDINGS));
      }
      report.say(
          "%d searches, %d means of clusters, %d hops, %d batches of merges, %d linear layers, 1"
              + " fill: %d findings",
          cases.size(),
          means.size(),
          hops.size(),
          merges.size(),
          layers.size(),
          suite.findings().size());
      report.put("searches checked", cases.size());
      report.put("number of findings", suite.findings().size());
    }
  }
}
