package dev.tessera.benchmarks.results;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Runs that nobody made, for tests.
public final class Runs {
  private Runs() {}

  /// A measurement of 1000 points against 10 codewords of 4 columns, in calls a second.
  public static Result result(String subject, double calls, double error, int forks) {
    return result(subject, "ops/s", calls, error, forks);
  }

  /// As the other one, in a unit of JMH's.
  public static Result result(String subject, String unit, double score, double error, int forks) {
    JsonObject metric =
        JsonObject.empty()
            .with("score", score)
            .with("scoreConfidence", List.of(score - error, score + error))
            .with("scoreUnit", unit)
            .with("rawData", List.of(List.of(score)));
    return new Result(
        "nearest",
        subject,
        "MIXTURE",
        sizes(),
        1,
        true,
        new PerCall("points", 1000, 80_000, 16_000),
        new TreeMap<>(Map.of("rows", "1000")),
        JsonObject.empty().with("forks", (long) forks).with("primaryMetric", metric));
  }

  private static Map<String, Long> sizes() {
    Map<String, Long> sizes = new java.util.LinkedHashMap<>();
    sizes.put("points", 1000L);
    sizes.put("codewords", 10L);
    sizes.put("columns", 4L);
    return sizes;
  }

  /// A run of some measurements on a machine with that processor.
  public static BenchRun run(String processor, Result... results) {
    JsonObject machine =
        JsonObject.empty()
            .with("processor", processor)
            .with("processors", 2L)
            .with("vectors", List.of("avx2"));
    Circumstances circumstances =
        new Circumstances(
            "2026-11-26T08:00:00Z",
            "0123456789abcdef",
            false,
            "quick",
            machine,
            JsonObject.empty().with("java", "25.0.3"));
    return new BenchRun(
        circumstances,
        results.length,
        true,
        Limits.UNKNOWN,
        List.of(
            new Subject("simd", Subject.Kind.BACKEND, true, "", "512-bit vectors"),
            new Subject("mkl", Subject.Kind.PEER, false, "", "not on the class path")),
        List.of(results),
        List.of());
  }
}
