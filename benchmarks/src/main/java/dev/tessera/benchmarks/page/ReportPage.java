package dev.tessera.benchmarks.page;

import static dev.tessera.benchmarks.page.Table.escaped;

import dev.tessera.benchmarks.page.Table.Cell;
import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.Circumstances;
import dev.tessera.benchmarks.results.FailedCase;
import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Limits;
import dev.tessera.benchmarks.results.Result;
import dev.tessera.benchmarks.results.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The page that shows a run: one file that loads nothing from anywhere. Its tables are text; its
/// charts are drawn by Apache ECharts, which the page carries.
///
/// @param run what was measured
/// @param before an earlier run to compare it with, or null
/// @param gpus reports of the GPU check to show beside it
public record ReportPage(BenchRun run, @Nullable BenchRun before, List<GpuReport> gpus) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  /// A load a processor above which others took part of the machine.
  private static final double MOST_LOAD = 0.5;

  private static final String ECHARTS = "echarts-6.0.0.min.js";

  /// Copies the list.
  public ReportPage {
    gpus = List.copyOf(gpus);
  }

  /// The page's text, in UTF-8.
  public byte[] html() {
    Map<String, String> values = values();
    Matcher matcher = PLACEHOLDER.matcher(resource("report.html"));
    StringBuilder page = new StringBuilder();
    while (matcher.find()) {
      @Nullable String value = values.get(matcher.group(1));
      if (value == null) {
        throw new IllegalStateException("report.html asks for " + matcher.group());
      }
      matcher.appendReplacement(page, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(page).toString().getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, String> values() {
    Charts charts = new Charts();
    Set<String> peers =
        run.subjects().stream()
            .filter(subject -> subject.kind() == Subject.Kind.PEER)
            .map(Subject::name)
            .collect(Collectors.toSet());
    Set<String> paths = new LinkedHashSet<>();
    run.results().forEach(result -> paths.add(result.path()));
    List<PathSection> sections =
        paths.stream().map(path -> new PathSection(path, run, charts, peers)).toList();
    Circumstances of = run.circumstances();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("css", resource("report.css"));
    values.put("js", resource("report.js"));
    values.put("echarts", resource(ECHARTS));
    values.put("processor", escaped(of.machine().text("processor")));
    values.put(
        "lead",
        escaped(
            "%s, commit %s, JDK %s, depth %s"
                .formatted(of.date(), of.shortCommit(), of.jvm().text("java"), of.depth())));
    values.put("banner", banner());
    values.put("figures", figures(sections));
    values.put("paths", sections.stream().map(PathSection::html).collect(Collectors.joining()));
    values.put("comparison", before == null ? "" : ComparisonSection.html(before, run, charts));
    StringBuilder shown = new StringBuilder();
    for (int gpu = 0; gpu < gpus.size(); gpu++) {
      shown.append(gpus.get(gpu).html(charts, "gpu-" + gpu));
    }
    values.put("gpus", shown.toString());
    values.put("limits", limits());
    values.put("subjects", subjects());
    values.put("failures", failures());
    values.put("machine", machine());
    values.put("data", charts.json());
    return values;
  }

  private String banner() {
    String partial =
        run.complete()
            ? ""
            : "<p class=\"warning\">This run is partial: %d of %d measurements were made.</p>"
                .formatted(run.results().size() + run.failures().size(), run.planned());
    JsonObject machine = run.circumstances().machine();
    double load = machine.number("load_before", 0);
    boolean busy = load > MOST_LOAD * machine.number("processors", 1);
    return partial
        + (busy
            ? "<p class=\"warning\">The machine was busy: a load of %.1f before the run. Read the ratios, if anything.</p>"
                .formatted(load)
            : "");
  }

  private static String figures(List<PathSection> sections) {
    StringBuilder html = new StringBuilder();
    for (PathSection section : sections) {
      section.headline().ifPresent(headline -> html.append(figure(headline)));
    }
    return html.isEmpty() ? "" : "<dl class=\"figures\">" + html + "</dl>";
  }

  private static String figure(PathSection.Headline headline) {
    Result ours = headline.ours();
    String rate = Quantity.rate(ours.throughput().value(), ours.perCall().unit());
    String note =
        headline
            .peer()
            .map(
                peer ->
                    "%s times %s, the best peer here"
                        .formatted(Quantity.times(headline.ratio()), peer.subject()))
            .orElse("no peer was measured");
    return "<div><dt>%s, %s</dt><dd>%s</dd><dd class=\"note\">%s</dd></div>"
        .formatted(
            escaped(PathSection.title(ours.path())),
            escaped(ours.subject()),
            escaped(rate),
            escaped(note));
  }

  private String limits() {
    Limits limits = run.limits();
    Table table =
        new Table("limits", "threads", "fused multiply-adds", "memory, read", "memory, triad");
    limits
        .byThreads()
        .forEach(
            (threads, rates) ->
                table.row(
                    Cell.of(String.valueOf(threads)),
                    Cell.of(Quantity.flops(rates.flops()), rates.flops()),
                    Cell.of(Quantity.rate(rates.readBytes(), "bytes"), rates.readBytes()),
                    Cell.of(Quantity.rate(rates.triadBytes(), "bytes"), rates.triadBytes())));
    String bus =
        limits.device().isEmpty()
            ? ""
            : "<p class=\"hint\">%s</p>"
                .formatted(
                    escaped(
                        "From pinned memory to %s: %s."
                            .formatted(
                                limits.device(), Quantity.rate(limits.pinnedBytes(), "bytes"))));
    return table.isEmpty()
        ? "<p class=\"hint\">Not measured.</p>"
        : "<p class=\"hint\">%s</p>"
                .formatted(
                    escaped(
                        "Float32 operations on vectors of %d bits in registers, a fused multiply-add counted as two; memory beyond all caches. The best of some rounds."
                            .formatted(limits.vectorBits())))
            + table.html()
            + bus;
  }

  private String subjects() {
    Table table = new Table("subjects", "name", "kind", "version", "here");
    for (Subject subject : run.subjects()) {
      table.row(
          Cell.of(subject.name()),
          Cell.of(subject.kind() == Subject.Kind.PEER ? "peer" : "Tessera"),
          Cell.of(subject.version()),
          Cell.of((subject.available() ? "yes: " : "no: ") + subject.detail())
              .quietIf(!subject.available()));
    }
    return table.html();
  }

  private String failures() {
    if (run.failures().isEmpty()) {
      return "";
    }
    Table table = new Table("failures", "path", "who", "what", "why it came to nothing");
    for (FailedCase failure : run.failures()) {
      table.row(
          Cell.of(PathSection.title(failure.path())),
          Cell.of(failure.subject()),
          Cell.of(failure.what()),
          Cell.of(failure.reason()));
    }
    return "<h3>What failed</h3>" + table.html();
  }

  private String machine() {
    Table table = new Table("machine", "the machine", "");
    rows(run.circumstances().machine(), table);
    rows(run.circumstances().jvm(), table);
    return table.html();
  }

  private static void rows(JsonObject of, Table table) {
    of.fields()
        .forEach(
            (name, value) -> {
              if (value != null && !value.equals(List.of())) {
                String text =
                    value instanceof List<?> list
                        ? String.join("; ", list.stream().map(String::valueOf).toList())
                        : value.toString();
                table.row(Cell.of(name.replace('_', ' ')), Cell.of(text));
              }
            });
  }

  private static String resource(String name) {
    try (InputStream stream = ReportPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
