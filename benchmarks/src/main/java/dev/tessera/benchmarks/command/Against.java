package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.gate.Gate;
import dev.tessera.benchmarks.gate.PairedRatios;
import dev.tessera.benchmarks.results.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Old code and this checkout in turn, a hot path after the other.
///
/// @param reference the old code: a commit or a jar
/// @param checkout of the sources
/// @param builds where commits are built
/// @param texts the folder of [BenchTexts]
/// @param processes starts JVMs
/// @param err told what is done
record Against(
    String reference,
    Path checkout,
    Path builds,
    Path texts,
    JavaProcesses processes,
    PrintWriter err) {
  private static final int MOST_PAIRS_FACTOR = 3;

  /// What came of one case.
  record Finding(BenchCase of, PairedRatios ratios) {
    boolean isSlower() {
      return ratios.verdict() == PairedRatios.Verdict.SLOWER;
    }

    JsonObject toJson() {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("path", of.path().label());
      fields.put("subject", of.subject());
      fields.put("what", of.what());
      fields.put("median", ratios.median());
      fields.put("bound", ratios.bound());
      fields.put("verdict", ratios.verdict().name().toLowerCase(Locale.ROOT));
      fields.put("ratios", ratios.ratios());
      return new JsonObject(fields);
    }

    @Override
    public String toString() {
      return Gate.text(name(of), ratios);
    }
  }

  private static String name(BenchCase of) {
    return of.path().label() + ", " + of.subject();
  }

  /// Compares the first shape of each path.
  ///
  /// @param pairs of JVMs, at least
  /// @throws IOException if the old code is not there or does not build, or a suite fails
  List<Finding> compare(Set<HotPath> paths, Set<String> subjects, int pairs)
      throws IOException, InterruptedException {
    err.println("tessera: making the code of " + reference + " ready");
    err.flush();
    String old = OldBuild.classPath(reference, checkout, builds, processes);
    Path driver = builds.resolve("driver");
    LiveSuite.writeDriver(driver);
    Gate gate = new Gate(pairs, MOST_PAIRS_FACTOR * pairs, err);
    List<Finding> findings = new ArrayList<>();
    for (String subject : subjects) {
      Plan plan = new Plan(Depth.QUICK, Set.of(subject), subject, 1, BenchTexts.NAMES);
      for (BenchCase each : plan.cases(paths)) {
        if (each.compared()) { // the others are of series, which old code need not know
          PairedRatios ratios =
              gate.compare(
                  name(each),
                  opener(driver, old, each, reference),
                  opener(driver, System.getProperty("java.class.path"), each, "this checkout"));
          findings.add(new Finding(each, ratios));
        }
      }
    }
    return findings;
  }

  private Gate.Opener opener(Path driver, String classPath, BenchCase of, String whose) {
    return () -> {
      try {
        return LiveSuite.open(processes, driver, classPath, of, texts);
      } catch (IOException e) {
        throw new IOException("%s cannot run %s".formatted(whose, e.getMessage()), e);
      }
    };
  }
}
