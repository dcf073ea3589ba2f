package dev.tessera.benchmarks.page;

import static dev.tessera.benchmarks.page.Table.escaped;

import dev.tessera.benchmarks.page.Charts.Bar;
import dev.tessera.benchmarks.page.Table.Cell;
import dev.tessera.benchmarks.results.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A report of the GPU check (`kernels-opencl/bundle`), and what a page says of it.
///
/// @param json as the check wrote it
public record GpuReport(JsonObject json) {
  private static final String KERNELS = "milliseconds of the kernels";
  private static final String END_TO_END = "milliseconds end to end";

  /// Reads a report.
  ///
  /// @throws IOException if there is none, or it is anything else; the message names the file
  public static GpuReport read(Path file) throws IOException {
    try {
      JsonObject json = JsonObject.parse(Files.readString(file));
      if (!json.has("setup")) {
        throw new IllegalArgumentException("expected the field `setup`");
      }
      return new GpuReport(json);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no report of the GPU check: " + e.getMessage(), e);
    }
  }

  private String device() {
    return json.optionalObject("device").optionalText("name").orElse("no device");
  }

  String html(Charts charts, String id) {
    JsonObject device = json.optionalObject("device");
    StringBuilder html =
        new StringBuilder(
            "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">OpenCL: %s</h2>\n"
                .formatted(id, id, id, escaped(device())));
    html.append("<p class=\"hint\">")
        .append(
            escaped(
                "A run of the GPU check on %s: driver %s, %s, %d processors beside it, Java %s. Times of kernels are by the device's events, with copies by the host's clock."
                    .formatted(
                        json.text("date"),
                        device.optionalText("driver version").orElse("unknown"),
                        device.optionalText("OpenCL version").orElse("no OpenCL"),
                        json.whole("processors"),
                        json.text("java"))))
        .append("</p>\n");
    List<String> failures = json.texts("failures");
    if (!failures.isEmpty()) {
      html.append("<p class=\"warning\">")
          .append(escaped("Not all checks passed: " + String.join("; ", failures)))
          .append("</p>\n");
    }
    html.append(searches(charts)).append(others(charts)).append(copies());
    return html.append("</section>\n").toString();
  }

  private String searches(Charts charts) {
    List<Bar> bars = new ArrayList<>();
    Table table =
        new Table(
            "gpu searches " + device(),
            "nearest codeword",
            "rows",
            "with copies, ms",
            "kernels alone, ms",
            "copy in alone, ms",
            "share of the greater of both",
            "rows/s with copies",
            "ids that differ");
    for (JsonObject each : json.objects("end to end")) {
      String name = "%d codewords x %d".formatted(each.whole("codes"), each.whole("columns"));
      double rows = each.number("rows");
      double millis = each.number("milliseconds");
      double kernels = each.number("milliseconds of the kernels alone");
      double copy = each.number("milliseconds of the copy in, at the pinned rate");
      double share = 1 / each.number("ratio to the larger of both");
      bars.add(bar(name + ", kernels", rows / kernels * 1e3, "rows", "peer"));
      bars.add(bar(name + ", with copies", rows / millis * 1e3, "rows", "ours"));
      table.row(
          Cell.of(name),
          Cell.of(Quantity.plain(rows), rows),
          Cell.of(Quantity.times(millis), millis),
          Cell.of(Quantity.times(kernels), kernels),
          Cell.of(Quantity.times(copy), copy),
          Cell.of(Quantity.percent(share), share),
          Cell.of(Quantity.rate(rows / millis * 1e3, "rows"), rows / millis * 1e3),
          Cell.of(String.valueOf(each.whole("ids that differ")), each.number("ids that differ")));
    }
    return table.isEmpty()
        ? ""
        : charts.bars("Nearest codeword on " + device(), "bars", "rows/s", bars) + table.html();
  }

  private static Bar bar(String name, double rate, String unit, String tone) {
    return new Bar(name, rate, rate, rate, Quantity.rate(rate, unit), tone);
  }

  private String others(Charts charts) {
    List<Bar> bars = new ArrayList<>();
    Table table =
        new Table(
            "gpu others " + device(),
            "what",
            "kernels alone, ms",
            "with copies, ms",
            "wrong values");
    for (JsonObject hop : json.objects("hops")) {
      double edges = hop.number("edges") * hop.number("hops");
      String kind = hop.text("aggregation").toLowerCase(Locale.ROOT);
      String name =
          "%d hops, %s, %d nodes, %d edges, %d columns"
              .formatted(
                  hop.whole("hops"),
                  kind,
                  hop.whole("nodes"),
                  hop.whole("edges"),
                  hop.whole("columns"));
      bars.add(bar(kind + ", kernels", edges / hop.number(KERNELS) * 1e3, "edges", "peer"));
      bars.add(bar(kind + ", with copies", edges / hop.number(END_TO_END) * 1e3, "edges", "ours"));
      table.row(
          Cell.of(name),
          millis(hop, KERNELS),
          millis(hop, END_TO_END),
          Cell.of(
              String.valueOf(hop.whole("rows with wrong bits")),
              hop.number("rows with wrong bits")));
    }
    if (json.has("merges")) {
      JsonObject merges = json.object("merges");
      table.row(
          Cell.of("merges of %s pieces".formatted(Quantity.plain(merges.number("pieces")))),
          millis(merges, KERNELS),
          millis(merges, END_TO_END),
          Cell.of(
              String.valueOf(merges.whole("pieces that differ")),
              merges.number("pieces that differ")));
    }
    if (table.isEmpty()) {
      return "";
    }
    String chart =
        bars.isEmpty() ? "" : charts.bars("Hops on " + device(), "bars", "edges/s", bars);
    return chart + table.html();
  }

  private static Cell millis(JsonObject of, String field) {
    return Cell.of(Quantity.times(of.number(field)), of.number(field));
  }

  private String copies() {
    JsonObject rates = json.optionalObject("bytes a second");
    Table table = new Table("gpu copies " + device(), "copies", "rate");
    for (String which : rates.fields().keySet()) {
      table.row(
          Cell.of(which),
          Cell.of(Quantity.rate(rates.number(which), "bytes"), rates.number(which)));
    }
    return table.isEmpty() ? "" : table.html();
  }
}
