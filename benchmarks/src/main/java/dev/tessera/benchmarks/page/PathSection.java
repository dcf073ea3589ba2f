package dev.tessera.benchmarks.page;

import static dev.tessera.benchmarks.page.Table.escaped;

import dev.tessera.benchmarks.page.Charts.Bar;
import dev.tessera.benchmarks.page.Charts.Line;
import dev.tessera.benchmarks.page.Table.Cell;
import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.Limits;
import dev.tessera.benchmarks.results.Result;
import dev.tessera.benchmarks.results.Result.Throughput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a page says of one hot path.
final class PathSection {
  /// A series is a chart from so many points on.
  private static final int LEAST_POINTS = 3;

  private final String path;
  private final BenchRun run;
  private final Charts charts;
  private final Set<String> peers;
  private final List<Result> results;

  /// @param peers names of subjects that are not Tessera's
  PathSection(String path, BenchRun run, Charts charts, Set<String> peers) {
    this.path = path;
    this.run = run;
    this.charts = charts;
    this.peers = peers;
    results = run.results().stream().filter(result -> result.path().equals(path)).toList();
  }

  boolean isEmpty() {
    return results.isEmpty();
  }

  static String title(String path) {
    return switch (path) {
      case "nearest" -> "Nearest codeword";
      case "text" -> "Byte-pair encoding";
      case "hops" -> "Hop aggregation";
      default -> path;
    };
  }

  private static String explanation(String path) {
    return switch (path) {
      case "nearest" ->
          "Vectors to the ids of the nearest codewords by L2: points × codewords × columns. The"
              + " roof is that of computing every distance, 2 points·codewords·columns operations:"
              + " above 100 % work was proved needless and left out.";
      case "text" ->
          "Text to token ids of cl100k, the same text again and again (caches know it). There is no"
              + " arithmetic to count, so there is no roof.";
      case "hops" ->
          "Three hops over a random graph with symmetric weights: nodes × pairs drawn × columns."
              + " The roof counts each feature once a hop, read and written, and four bytes an"
              + " edge; gathering cannot reach it where features outgrow the caches.";
      default -> "";
    };
  }

  /// The ratio of the best of ours to the best peer where the path was measured first.
  record Headline(Result ours, Optional<Result> peer) {
    double ratio() {
      return peer.map(other -> ours.throughput().value() / other.throughput().value())
          .orElse(Double.NaN);
    }
  }

  Optional<Headline> headline() {
    return compared().values().stream()
        .findFirst()
        .flatMap(shape -> best(shape, false).map(ours -> new Headline(ours, best(shape, true))));
  }

  private Optional<Result> best(List<Result> shape, boolean peer) {
    return shape.stream()
        .filter(result -> peers.contains(result.subject()) == peer)
        .max(Comparator.comparingDouble(result -> result.throughput().value()));
  }

  /// What all subjects were given, by shape, in the order of the run.
  private Map<String, List<Result>> compared() {
    Map<String, List<Result>> shapes = new LinkedHashMap<>();
    for (Result result : results) {
      if (result.compared()) {
        shapes
            .computeIfAbsent(result.data() + " " + result.shape(), _ -> new ArrayList<>())
            .add(result);
      }
    }
    return shapes;
  }

  String html() {
    StringBuilder html = new StringBuilder();
    html.append("<section id=\"%s\" aria-labelledby=\"%s-title\">\n".formatted(path, path));
    html.append("<h2 id=\"%s-title\">%s</h2>\n".formatted(path, title(path)));
    html.append("<p class=\"hint\">").append(escaped(explanation(path))).append("</p>\n");
    compared().forEach((shape, of) -> html.append(block(shape, of)));
    html.append("<div class=\"series\">\n");
    html.append(threads());
    results.stream()
        .filter(Result::compared)
        .findFirst()
        .ifPresent(
            first -> first.sizes().keySet().forEach(axis -> html.append(sizes(first, axis))));
    return html.append("</div>\n</section>\n").toString();
  }

  private String block(String shape, List<Result> of) {
    List<Result> sorted =
        of.stream()
            .sorted(Comparator.comparingDouble(result -> -result.throughput().value()))
            .toList();
    Optional<Result> bestPeer = best(of, true);
    StringBuilder html = new StringBuilder("<div class=\"block\">\n<h3>");
    html.append(escaped(shape)).append(", one thread</h3>\n<div class=\"pair\">\n");
    String unit = of.getFirst().perCall().unit();
    html.append(
        charts.bars(
            "Throughput, with the 99.9 % confidence interval",
            "bars", unit + "/s", sorted.stream().map(this::bar).toList()));
    html.append(memory(sorted));
    html.append("</div>\n");
    Table table =
        new Table(
            path + " " + shape,
            "who",
            "throughput",
            "either way",
            "times the best peer",
            "share of the roof",
            "heap, B/call",
            "memory held",
            "how");
    for (Result result : sorted) {
      table.row(
          Cell.of(result.subject()),
          Cell.of(rate(result), result.throughput().value()),
          Cell.of(
              Quantity.percent(result.throughput().relativeError()),
              result.throughput().relativeError()),
          bestPeer
              .map(peer -> result.throughput().value() / peer.throughput().value())
              .map(ratio -> Cell.of(Quantity.times(ratio), ratio))
              .orElse(Cell.none()),
          share(result),
          bytes(result.allocatedBytes()),
          bytes(result.preparedBytes()),
          Cell.of(result.facts().getOrDefault("served", "")).quietIf(true));
    }
    return html.append(table.html()).append("</div>\n").toString();
  }

  private static String rate(Result result) {
    return Quantity.rate(result.throughput().value(), result.perCall().unit());
  }

  private Bar bar(Result result) {
    Throughput rate = result.throughput();
    return new Bar(
        result.subject(), rate.value(), rate.low(), rate.high(), rate(result), tone(result));
  }

  private String tone(Result result) {
    return peers.contains(result.subject()) ? "peer" : "ours";
  }

  private static Cell bytes(double count) {
    return Double.isNaN(count) ? Cell.none() : Cell.of(Quantity.bytes(count), count);
  }

  private Cell share(Result result) {
    Optional<Limits.Rates> rates = run.limits().of(result.threads());
    if (rates.isEmpty() || result.perCall().flops() == 0) {
      return Cell.none();
    }
    double share = rates.get().leastSeconds(result.perCall()) / result.secondsPerCall();
    String roof = rates.get().boundByArithmetic(result.perCall()) ? "arithmetic" : "memory";
    return Cell.of(Quantity.percent(share) + " of " + roof, share);
  }

  private String memory(List<Result> of) {
    List<Bar> bars =
        of.stream()
            .filter(result -> known(result.preparedBytes()) + known(result.allocatedBytes()) > 0)
            .map(
                result -> {
                  double bytes = known(result.preparedBytes()) + known(result.allocatedBytes());
                  return new Bar(
                      result.subject(), bytes, bytes, bytes, Quantity.bytes(bytes), tone(result));
                })
            .toList();
    return bars.isEmpty()
        ? ""
        : charts.bars(
            "Memory held beside the operand, where that is told, and heap allocated a call",
            "bars",
            "B",
            bars);
  }

  private static double known(double bytes) {
    return Double.isNaN(bytes) ? 0 : bytes;
  }

  /// Throughput over threads, of whatever was measured on more than one.
  private String threads() {
    Map<String, List<Result>> byCase = new LinkedHashMap<>();
    for (Result result : results) {
      byCase
          .computeIfAbsent(
              "%s, %s %s".formatted(result.subject(), result.data(), result.shape()),
              _ -> new ArrayList<>())
          .add(result);
    }
    List<Line> lines = new ArrayList<>();
    Table table =
        new Table(
            path + " threads",
            "who",
            "threads",
            "throughput",
            "times one thread",
            "share of the roof");
    byCase.forEach(
        (name, of) -> {
          if (of.stream().anyMatch(result -> result.threads() > 1)) {
            List<Result> sorted =
                of.stream().sorted(Comparator.comparingInt(Result::threads)).toList();
            lines.add(
                new Line(
                    name, true, sorted.stream().map(each -> point(each.threads(), each)).toList()));
            Throughput one = sorted.getFirst().throughput();
            for (Result each : sorted) {
              double ratio = each.throughput().value() / one.value();
              table.row(
                  Cell.of(name),
                  Cell.of(String.valueOf(each.threads()), each.threads()),
                  Cell.of(rate(each), each.throughput().value()),
                  Cell.of(Quantity.times(ratio), ratio),
                  share(each));
            }
          }
        });
    if (lines.isEmpty()) {
      return "";
    }
    String unit = results.getFirst().perCall().unit() + "/s";
    return "<div class=\"block\">\n"
        + charts.lines("Scaling with threads", "threads", unit, true, lines)
        + table.html()
        + "</div>\n";
  }

  private static List<Double> point(double x, Result result) {
    Throughput rate = result.throughput();
    return List.of(x, rate.value(), rate.low(), rate.high());
  }

  /// Time a call over one size, the others as in the first shape.
  private String sizes(Result first, String axis) {
    Map<String, List<Result>> bySubject = new LinkedHashMap<>();
    for (Result result : results) {
      if (result.threads() == 1
          && result.data().equals(first.data())
          && differsIn(axis, first, result)) {
        bySubject.computeIfAbsent(result.subject(), _ -> new ArrayList<>()).add(result);
      }
    }
    List<Line> lines = new ArrayList<>();
    bySubject.forEach(
        (subject, of) -> {
          if (of.size() >= LEAST_POINTS) {
            lines.add(
                new Line(
                    subject,
                    !peers.contains(subject),
                    of.stream()
                        .sorted(Comparator.comparingLong(each -> size(each, axis)))
                        .map(each -> time(size(each, axis), each))
                        .toList()));
          }
        });
    return lines.isEmpty()
        ? ""
        : "<div class=\"block\">\n"
            + charts.lines("Time a call as %s grow".formatted(axis), axis, "seconds", true, lines)
            + "</div>\n";
  }

  private static long size(Result result, String axis) {
    return result.sizes().getOrDefault(axis, 0L);
  }

  /// Slow subjects are given fewer points: the time of all of them is what counts.
  private static List<Double> time(double x, Result result) {
    Throughput rate = result.throughput();
    double units =
        result.perCall().unit().equals("points")
            ? (double) size(result, "points")
            : result.perCall().units();
    return List.of(
        x,
        units / rate.value(),
        units / rate.high(),
        units / Math.max(rate.low(), rate.value() / 2));
  }

  private static boolean differsIn(String axis, Result first, Result result) {
    Set<String> axes = new TreeSet<>(first.sizes().keySet());
    axes.remove(axis);
    return axes.stream().allMatch(other -> size(first, other) == size(result, other));
  }
}
