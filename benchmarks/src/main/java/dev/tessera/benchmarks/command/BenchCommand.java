package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.page.GpuReport;
import dev.tessera.benchmarks.page.ReportPage;
import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tessera bench`: measures all backends and all peers that are here, and shows it.
@Command(
    name = "tessera bench",
    description = {
      "Measures Tessera's backends and the peers in the same JVM, and the machine's limits; writes"
          + " the results as JSON and as a page.",
      "With --report it measures nothing and makes the page of a result file; with --against it"
          + " compares this checkout with older code, in turns."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Peers with large libraries come by TESSERA_PEERS, as in: TESSERA_PEERS=peers,mkl,torch"
          + " ./tessera bench",
      "Exit status: 0 done, 1 a backend failed, the input or the environment is at fault, or"
          + " --against found a slowdown, 2 wrong usage, 130 interrupted."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int INTERRUPTED = 130;
  private static final DateTimeFormatter FILE_DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss").withZone(ZoneOffset.UTC);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--depth",
      paramLabel = "DEPTH",
      description = "quick: one shape a path, some 3 minutes; full: hours. Default: quick.")
  private Depth depth = Depth.QUICK;

  @Option(
      names = "--paths",
      split = ",",
      paramLabel = "PATH",
      description = "Only these hot paths: nearest, text, hops.")
  private Set<HotPath> paths = new LinkedHashSet<>(List.of(HotPath.values()));

  @Option(
      names = "--subjects",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these backends and peers, as in simd,jtokkit. OpenCL on a processor runs only where"
              + " it is named.")
  private Set<String> subjects = new LinkedHashSet<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "The most threads of a series. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--texts",
      paramLabel = "FOLDER",
      description = "A folder made by benchmarks/peers/text_data.py, for texts in more languages.")
  private @Nullable Path texts;

  @Option(
      names = "--output",
      paramLabel = "FILE.json",
      description = "The result file. Default: build/bench/DATE.json in the checkout.")
  private @Nullable Path output;

  @Option(
      names = "--page",
      paramLabel = "FILE.html",
      description = "The page. Default: beside the result file.")
  private @Nullable Path page;

  @Option(
      names = "--report",
      paramLabel = "FILE.json",
      description = "Measure nothing; make the page of this result file.")
  private @Nullable Path report;

  @Option(
      names = "--before",
      paramLabel = "FILE.json",
      description = "An older result file, to compare with on the page.")
  private @Nullable Path before;

  @Option(
      names = "--gpu",
      paramLabel = "FILE.json",
      description =
          "A report of the GPU check (kernels-opencl/bundle), to show on the page. Repeatable.")
  private List<Path> gpus = new ArrayList<>();

  @Option(
      names = "--against",
      paramLabel = "GIT_REF|JAR",
      description =
          "Run old code (a commit, built first, or a jar put before these) and this checkout in"
              + " turn; exit status 1 on a slowdown beyond noise.")
  private @Nullable String against;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description =
          "With --against: pairs of JVMs at least, half a minute each; three times as many where it"
              + " is noisy. Default: 7.")
  private int pairs = 7;

  @Option(names = "--json", description = "Print a summary as one JSON object on standard output.")
  private boolean json;

  /// Here for the help: [#main] looks for it itself.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--debug", description = "Print the stack trace of an error.")
  private boolean debug;

  private BenchCommand() {}

  /// Runs the command and ends the process with its exit status.
  ///
  /// @param arguments the command line, with or without `bench`
  public static void main(String[] arguments) {
    boolean named = arguments.length > 0 && arguments[0].equals("bench");
    System.exit(run(named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments));
  }

  static int run(String... arguments) {
    boolean debug = Arrays.asList(arguments).contains("--debug");
    return new CommandLine(new BenchCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> refuse(e))
        .setExecutionExceptionHandler((e, commandLine, _) -> fail(e, commandLine.getErr(), debug))
        .execute(arguments);
  }

  private static int refuse(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("tessera: " + e.getMessage());
    err.println("Try 'tessera bench --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int fail(Exception e, PrintWriter err, boolean debug) {
    if (debug) {
      e.printStackTrace(err);
    }
    if (e instanceof CancellationException || e instanceof InterruptedException) {
      err.println("tessera: interrupted");
      return INTERRUPTED;
    }
    boolean known = e instanceof IOException || e instanceof IllegalArgumentException;
    err.println(
        "tessera: "
            + (known
                ? e.getMessage()
                : "a fault in the benchmarks, please report it: %s (--debug shows where)"
                    .formatted(e)));
    return FAILED;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (report != null && against != null) {
      throw new ParameterException(spec.commandLine(), "--report and --against exclude each other");
    }
    if (pairs < 3) {
      throw new ParameterException(spec.commandLine(), "--pairs takes at least 3, not " + pairs);
    }
    if (threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--threads takes at least 1, not " + threads);
    }
    if (report != null) {
      return show(report);
    }
    return against == null ? measure() : compare(against);
  }

  /// The folder of the sources, which the launcher names.
  private static Path checkout() {
    return Path.of(System.getProperty("tessera.checkout", "."));
  }

  private static Path folder() throws IOException {
    return Files.createDirectories(checkout().resolve("build").resolve("bench"));
  }

  private Path texts() throws IOException {
    Path folder = texts == null ? folder().resolve("texts") : texts;
    BenchTexts.make(folder);
    return folder;
  }

  private int measure() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    JavaProcesses processes = JavaProcesses.create();
    Bench bench = new Bench(processes, err);
    Inspection inspection = bench.inspect();
    Set<String> chosen = choose(inspection);
    inspection.subjects().stream()
        .filter(subject -> !subject.available())
        .forEach(each -> err.println("tessera: without " + each.name() + ": " + each.detail()));
    Path folder = texts();
    Plan plan =
        new Plan(
            depth,
            chosen,
            chosen.contains("simd") ? "simd" : "scalar",
            threads,
            BenchTexts.names(folder));
    List<BenchCase> cases = plan.cases(paths);
    if (cases.isEmpty()) {
      throw new IOException("nothing that was asked for can run here");
    }
    Path file =
        output == null
            ? folder().resolve(FILE_DATE.format(Instant.now()) + ".json")
            : output.toAbsolutePath();
    Path shown = page == null ? beside(file) : page;
    Companions companions = companions();
    err.printf(
        "tessera: %d measurements, about %d minutes%n",
        cases.size(), Math.ceilDiv(cases.size() * depth.estimatedSeconds(), 60));
    BenchRun run =
        bench.run(
            depth,
            cases,
            inspection,
            checkout(),
            folder,
            so -> {
              so.write(file);
              write(shown, so, companions);
              processes.setFarewell(
                  "%s holds %d of %d results, and says that it is partial"
                      .formatted(file, so.results().size(), so.planned()));
            });
    return finish(run, file, shown);
  }

  private Set<String> choose(Inspection inspection) {
    try {
      return Bench.choose(inspection, subjects);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--subjects: " + e.getMessage(), e);
    }
  }

  private static Path beside(Path file) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.replaceFirst("\\.json$", "") + ".html");
  }

  /// What stands on a page beside a run.
  private record Companions(@Nullable BenchRun before, List<GpuReport> gpus) {}

  private Companions companions() throws IOException {
    List<GpuReport> reports = new ArrayList<>();
    for (Path file : gpus) {
      reports.add(GpuReport.read(file));
    }
    return new Companions(before == null ? null : BenchRun.read(before), reports);
  }

  private static void write(Path page, BenchRun run, Companions companions) throws IOException {
    byte[] html = new ReportPage(run, companions.before(), companions.gpus()).html();
    AtomicFile.write(page, stream -> stream.write(html));
  }

  private int show(Path file) throws IOException {
    BenchRun run = BenchRun.read(file);
    Path shown = page == null ? beside(file) : page;
    write(shown, run, companions());
    return finish(run, file, shown);
  }

  /// A peer that fails is a finding; a backend of ours that does is an error.
  private int finish(BenchRun run, Path file, Path shown) {
    List<String> broken =
        run.failures().stream()
            .filter(failure -> Peers.isBackend(failure.subject()))
            .map(failure -> failure.path() + ", " + failure.subject() + ": " + failure.reason())
            .toList();
    if (json) {
      Map<String, @Nullable Object> summary = new LinkedHashMap<>();
      summary.put("command", "bench");
      summary.put("output", file.toString());
      summary.put("page", shown.toString());
      summary.put("complete", run.complete());
      summary.put("results", run.results().size());
      summary.put("failures", run.failures().size());
      spec.commandLine().getOut().println(new JsonObject(summary).onOneLine());
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf("tessera: results in %s, shown by %s%n", file, shown);
    broken.forEach(each -> err.println("tessera: a backend failed: " + each));
    return broken.isEmpty() ? DONE : FAILED;
  }

  private int compare(String reference) throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    JavaProcesses processes = JavaProcesses.create();
    Set<String> chosen = choose(new Bench(processes, err).inspect());
    Set<String> compared =
        subjects.isEmpty() ? Set.of(chosen.contains("simd") ? "simd" : "scalar") : chosen;
    Against against =
        new Against(reference, checkout(), folder().resolve("against"), texts(), processes, err);
    List<Against.Finding> findings = against.compare(paths, compared, pairs);
    boolean slower = findings.stream().anyMatch(Against.Finding::isSlower);
    if (json) {
      Map<String, @Nullable Object> summary = new LinkedHashMap<>();
      summary.put("command", "bench");
      summary.put("against", reference);
      summary.put("slower", slower);
      summary.put("cases", findings.stream().map(Against.Finding::toJson).toList());
      spec.commandLine().getOut().println(new JsonObject(summary).onOneLine());
    } else {
      findings.forEach(spec.commandLine().getOut()::println);
    }
    return slower ? FAILED : DONE;
  }
}
