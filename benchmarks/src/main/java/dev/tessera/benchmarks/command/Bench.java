package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.limits.LimitsRun;
import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.Circumstances;
import dev.tessera.benchmarks.results.Commit;
import dev.tessera.benchmarks.results.FailedCase;
import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Limits;
import dev.tessera.benchmarks.results.Machine;
import dev.tessera.benchmarks.results.Result;
import dev.tessera.benchmarks.results.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Measures a plan, and keeps what it has after every case.
final class Bench {
  private final JavaProcesses processes;
  private final PrintWriter err;

  /// Takes what a run holds, after every case.
  @FunctionalInterface
  interface Keeper {
    /// Keeps it.
    void keep(BenchRun run) throws IOException;
  }

  Bench(JavaProcesses processes, PrintWriter err) {
    this.processes = processes;
    this.err = err;
  }

  /// What there is to measure here.
  Inspection inspect() throws IOException, InterruptedException {
    return Inspection.of(ask(List.of(), List.of(Inspection.class.getName())));
  }

  /// Who of them is asked, and who is not although he could be: a processor behind OpenCL is slower
  /// than `simd`, and is measured where it is named.
  ///
  /// @param named those that were named; empty for all
  /// @throws IllegalArgumentException if one that was named does not exist
  static Set<String> choose(Inspection inspection, Set<String> named) {
    Set<String> known =
        inspection.subjects().stream().map(Subject::name).collect(Collectors.toSet());
    for (String name : named) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "there is no subject `%s`; there are %s".formatted(name, new TreeSet<>(known)));
      }
    }
    return inspection.subjects().stream()
        .filter(Subject::available)
        .map(Subject::name)
        .filter(
            name ->
                named.isEmpty() ? !name.equals("opencl") || inspection.gpu() : named.contains(name))
        .collect(Collectors.toSet());
  }

  /// Measures.
  ///
  /// @param checkout whose commit is recorded
  /// @param texts the folder of the texts
  /// @return the whole run
  BenchRun run(
      Depth depth,
      List<BenchCase> cases,
      Inspection inspection,
      Path checkout,
      Path texts,
      Keeper keeper)
      throws IOException, InterruptedException {
    Circumstances circumstances =
        Circumstances.now(
            depth.label(),
            Commit.of(checkout),
            Machine.describe(inspection.devices()),
            inspection.jvm());
    err.println("tessera: measuring the limits of this machine");
    Limits limits = limits(cases);
    BenchRun run =
        new BenchRun(
            circumstances,
            cases.size(),
            false,
            limits,
            inspection.subjects(),
            List.of(),
            List.of());
    keeper.keep(run);
    SuiteRun suites = new SuiteRun(processes, List.of(), texts, depth.jmhOptions());
    int done = 0;
    for (BenchCase each : cases) {
      done++;
      String progress = String.format(Locale.ROOT, "[%d/%d] %s", done, cases.size(), each);
      try {
        Result result = suites.measure(each);
        run = run.with(result);
        err.println(progress + ": " + Rates.text(result));
      } catch (SuiteRun.SuiteException e) {
        run =
            run.with(
                new FailedCase(
                    each.path().label(),
                    each.subject(),
                    each.what(),
                    String.valueOf(e.getMessage())));
        err.println(progress + ": FAILED: " + e.getMessage());
      }
      err.flush();
      keeper.keep(run);
    }
    run = run.completed();
    keeper.keep(run);
    return run;
  }

  private Limits limits(List<BenchCase> cases) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(LimitsRun.class.getName()));
    Plan.threads(cases).forEach(threads -> arguments.add(String.valueOf(threads)));
    return Limits.of(ask(List.of("-Xmx2g"), arguments));
  }

  /// The JSON object that a JVM prints on its last line.
  private JsonObject ask(List<String> flags, List<String> arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tessera-bench-", ".txt");
    try {
      int status = processes.run(flags, arguments, output.toFile());
      String said = Files.readString(output);
      String last = said.lines().reduce("", (_, line) -> line);
      if (status != 0 || !last.startsWith("{")) {
        throw new IOException(arguments.getFirst() + " failed: " + SuiteRun.reason(said, status));
      }
      return JsonObject.parse(last);
    } finally {
      Files.delete(output);
    }
  }
}
