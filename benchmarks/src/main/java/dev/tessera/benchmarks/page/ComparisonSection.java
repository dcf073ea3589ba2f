package dev.tessera.benchmarks.page;

import static dev.tessera.benchmarks.page.Table.escaped;

import dev.tessera.benchmarks.page.Charts.Bar;
import dev.tessera.benchmarks.page.Table.Cell;
import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.Comparison;
import dev.tessera.benchmarks.results.Comparison.Change;
import dev.tessera.benchmarks.results.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a page says of an earlier run beside its own.
final class ComparisonSection {
  private ComparisonSection() {}

  static String html(BenchRun before, BenchRun after, Charts charts) {
    Comparison comparison = Comparison.of(before, after);
    StringBuilder html = new StringBuilder("<section aria-labelledby=\"comparison-title\">");
    html.append("<h2 id=\"comparison-title\">Before and after</h2>");
    html.append("<p class=\"hint\">")
        .append(
            escaped(
                "Commit %s of %s, then commit %s of %s. A ratio above 1 is faster now; what is within the noise of both runs is grey."
                    .formatted(
                        before.circumstances().shortCommit(),
                        before.circumstances().date(),
                        after.circumstances().shortCommit(),
                        after.circumstances().date())))
        .append("</p>\n");
    html.append(warnings(before, after, comparison));
    Table table =
        new Table("comparison", "what", "before", "after", "after / before", "noise", "verdict");
    List<Bar> bars = new ArrayList<>();
    for (Change change : comparison.changes()) {
      double ratio = change.ratio();
      String verdict = change.isNoise() ? "noise" : ratio > 1 ? "faster" : "slower";
      table.row(
          Cell.of(name(change.after())).quietIf(change.isNoise()),
          rate(change.before()),
          rate(change.after()),
          Cell.of(Quantity.times(ratio), ratio),
          Cell.of("± " + Quantity.percent(change.bound()), change.bound()),
          Cell.of(verdict).quietIf(change.isNoise()));
      bars.add(
          new Bar(
              name(change.after()),
              ratio,
              ratio * (1 - change.bound()),
              ratio * (1 + change.bound()),
              String.format(Locale.ROOT, "%.2f, %s", ratio, verdict),
              change.isNoise() ? "noise" : ratio > 1 ? "ours" : "worse"));
    }
    if (table.isEmpty()) {
      return html.append(
              "<p class=\"warning\">The two runs have no measurement in common.</p>\n</section>\n")
          .toString();
    }
    html.append(charts.bars("After over before, with the noise", "ratios", "times", bars));
    return html.append(table.html()).append("</section>\n").toString();
  }

  private static Cell rate(Result result) {
    double value = result.throughput().value();
    return Cell.of(Quantity.rate(value, result.perCall().unit()), value);
  }

  private static String name(Result result) {
    return "%s, %s, %s %s, %d %s"
        .formatted(
            PathSection.title(result.path()),
            result.subject(),
            result.data(),
            result.shape(),
            result.threads(),
            result.threads() == 1 ? "thread" : "threads");
  }

  private static String warnings(BenchRun before, BenchRun after, Comparison comparison) {
    StringBuilder html = new StringBuilder();
    if (!comparison.differences().isEmpty()) {
      html.append(
          warning(
              "These are two different machines (%s): the ratios say nothing of the code."
                  .formatted(String.join("; ", comparison.differences()))));
    }
    String oldJava = before.circumstances().jvm().optionalText("java").orElse("?");
    String java = after.circumstances().jvm().optionalText("java").orElse("?");
    if (!oldJava.equals(java)) {
      html.append(warning("The JDK was another one: %s, then %s.".formatted(oldJava, java)));
    }
    if (!before.complete()) {
      html.append(warning("The earlier run is partial."));
    }
    if (comparison.onlyBefore() + comparison.onlyAfter() > 0) {
      html.append(
          warning(
              "%d measurements are in the earlier run alone, %d in the later one alone."
                  .formatted(comparison.onlyBefore(), comparison.onlyAfter())));
    }
    return html.toString();
  }

  private static String warning(String text) {
    return "<p class=\"warning\">" + escaped(text) + "</p>\n";
  }
}
