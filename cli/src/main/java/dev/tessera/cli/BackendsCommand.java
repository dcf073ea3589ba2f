package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.kernel.Availability;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.BackendReport;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.DeviceReport;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `tessera backends`: what is there, what is not, why, how to get it, and whether it works.
@Command(
    name = "backends",
    description = "Lists the backends, tests each against the scalar one, and measures its rate.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class BackendsCommand implements Callable<Integer> {
  private static final int VECTORS = 4096;
  private static final int CODES = 1024;
  private static final int COLUMNS = 64;
  private static final long SEED = 1;

  /// Calls until the JIT compiler is done with a kernel. Over the first two calls alone the SIMD
  /// kernel, half interpreted, seemed to run at 4 k vectors/s; after these at 1.15 M vectors/s (Zen
  /// 5, 512-bit vectors, 2 threads).
  private static final int WARM_CALLS = 40;

  /// A slow backend need not make that many: longer than that takes, short enough for a person.
  private static final long MOST_NANOS = 3_000_000_000L;

  private final Console console;

  @Mixin private CommonOptions common = new CommonOptions();

  BackendsCommand(Console console) {
    this.console = console;
  }

  /// How a backend did.
  ///
  /// @param differingIds ids that are not the scalar backend's
  /// @param perSecond vectors a second, of the fastest of several calls
  private record SelfTest(long differingIds, double perSecond) {
    boolean passed() {
      return differingIds == 0;
    }
  }

  @Override
  public Integer call() {
    SplittableRandom random = new SplittableRandom(SEED);
    Codebook codebook = Codebook.of(randomMatrix(random, CODES));
    FloatMatrix vectors = randomMatrix(random, VECTORS);
    int[] expected;
    try (Tessera scalar = Tessera.open("scalar")) {
      expected = scalar.quantizer(codebook).encode(vectors).toArray();
    }
    BackendReport report;
    try (Tessera tessera = Tessera.open()) {
      report = tessera.report();
    }
    List<Object> entries = new ArrayList<>();
    boolean passed = true;
    for (BackendReport.Entry entry : report.entries()) {
      passed &= test(entry, codebook, vectors, expected, entries);
    }
    int threads = BackendOptions.defaults().threads();
    if (common.json()) {
      new Summary()
          .with("command", "backends")
          .with("threads", threads)
          .with("java", Runtime.version())
          .with("backends", entries)
          .printTo(console);
    } else {
      console
          .out()
          .println(
              Text.format(
                  "Self-test: %,d random vectors of %d columns, %,d codewords, %d threads, against"
                      + " the scalar backend's ids.",
                  VECTORS, COLUMNS, CODES, threads));
    }
    return passed ? Main.DONE : Main.FAILED;
  }

  private static FloatMatrix randomMatrix(SplittableRandom random, int rows) {
    float[] values = new float[rows * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return FloatMatrix.of(values, rows, COLUMNS);
  }

  /// Tests a backend if it is there, tells of it, and adds what `--json` says of it to `entries`.
  ///
  /// @return whether nothing is wrong: that a backend is unavailable is not
  private boolean test(
      BackendReport.Entry entry,
      Codebook codebook,
      FloatMatrix vectors,
      int[] expected,
      List<Object> entries) {
    Summary summary = new Summary().with("name", entry.name());
    boolean passed = true;
    String text;
    switch (entry.availability()) {
      case Availability.Unavailable(String reason, String fix) -> {
        text = "unavailable: " + reason + "; " + fix;
        summary.with("available", false).with("reason", reason).with("fix", fix);
      }
      case Availability.Available(String detail) -> {
        summary.with("available", true).with("detail", detail);
        try {
          SelfTest result = run(entry.name(), codebook, vectors, expected);
          passed = result.passed();
          text =
              Text.format(
                  "available: %s; self-test %s; %s",
                  detail,
                  passed
                      ? "passed"
                      : Text.format(
                          "FAILED: %,d of %,d ids are wrong, please report it",
                          result.differingIds(), VECTORS),
                  Text.rate(result.perSecond(), "vectors"));
          summary
              .with("self_test", passed ? "passed" : "failed")
              .with("differing_ids", result.differingIds())
              .with("vectors_per_second", result.perSecond());
        } catch (KernelException e) {
          passed = false;
          text = "available: " + detail + "; self-test FAILED: " + e.getMessage();
          summary.with("self_test", "failed").with("reason", e.getMessage());
        }
      }
    }
    List<DeviceReport> devices = devices(entry.name());
    if (!devices.isEmpty()) {
      summary.with("devices", devices.stream().map(BackendsCommand::fields).toList());
    }
    entries.add(summary.fields());
    if (!common.json()) {
      console.out().println(Text.format("%-8s %s", entry.name(), text));
      devices.forEach(device -> console.out().println(describe(device)));
    }
    return passed;
  }

  private static List<DeviceReport> devices(String backend) {
    return Backends.discover().stream()
        .filter(provider -> provider.name().equals(backend))
        .findFirst()
        .map(KernelProvider::devices)
        .orElse(List.of());
  }

  private static String describe(DeviceReport device) {
    return Text.format(
        "%-8s device %d: %s of %s, %s, %.1f GiB, %d compute units, %s, %s",
        "",
        device.index(),
        device.name(),
        device.platform(),
        device.kind(),
        device.memoryBytes() / (double) (1L << 30),
        device.computeUnits(),
        device.fp64() ? "float64" : "no float64",
        device.trouble().isEmpty()
            ? Text.rate(device.pinnedBytesPerSecond(), "bytes") + " from pinned memory"
            : "cannot serve: " + device.trouble());
  }

  private static Object fields(DeviceReport device) {
    return new Summary()
        .with("index", device.index())
        .with("platform", device.platform())
        .with("name", device.name())
        .with("kind", device.kind())
        .with("memory_bytes", device.memoryBytes())
        .with("compute_units", device.computeUnits())
        .with("float64", device.fp64())
        .with("pinned_bytes_per_second", device.pinnedBytesPerSecond())
        .with("trouble", device.trouble().isEmpty() ? null : device.trouble())
        .fields();
  }

  private static SelfTest run(String name, Codebook codebook, FloatMatrix vectors, int[] expected) {
    try (Tessera tessera = Tessera.open(name);
        Quantizer quantizer = tessera.quantizer(codebook)) {
      long differing = 0;
      long best = Long.MAX_VALUE;
      long begin = System.nanoTime();
      for (int call = 0;
          call == 0 || (call < WARM_CALLS && System.nanoTime() - begin < MOST_NANOS);
          call++) {
        long start = System.nanoTime();
        TokenIds ids = quantizer.encode(vectors);
        best = Math.min(best, System.nanoTime() - start);
        differing = Math.max(differing, countDiffering(ids.toArray(), expected));
      }
      return new SelfTest(differing, VECTORS * 1e9 / best);
    }
  }

  private static long countDiffering(int[] ids, int[] expected) {
    if (Arrays.equals(ids, expected)) {
      return 0;
    }
    long differing = 0;
    for (int i = 0; i < ids.length; i++) {
      differing += ids[i] == expected[i] ? 0 : 1;
    }
    return differing;
  }
}
