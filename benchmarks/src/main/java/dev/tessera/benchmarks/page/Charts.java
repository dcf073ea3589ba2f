package dev.tessera.benchmarks.page;

import dev.tessera.benchmarks.results.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The charts of a page: each leaves a place in the text, and what it shows in a list that the
/// page's script draws.
final class Charts {
  private final List<JsonObject> drawn = new ArrayList<>();

  /// A bar.
  ///
  /// @param name who
  /// @param value how long the bar is
  /// @param low where its error bar begins; the value itself where there is none
  /// @param high where it ends
  /// @param text what stands beside it
  /// @param tone `ours`, `peer` or `noise`
  record Bar(String name, double value, double low, double high, String text, String tone) {}

  /// A line.
  ///
  /// @param name who
  /// @param ours whether it is Tessera
  /// @param points x, y, and the ends of the error bar
  record Line(String name, boolean ours, List<List<Double>> points) {}

  /// Bars, one a row.
  ///
  /// @param title what they show
  /// @param kind `bars`, from 0; or `ratios`, from 1 to either side
  /// @param unit of the axis
  String bars(String title, String kind, String unit, List<Bar> bars) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    fields.put("unit", unit);
    fields.put("rows", bars.stream().map(Charts::fields).toList());
    return place(title, fields);
  }

  private static JsonObject fields(Bar bar) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", bar.name());
    fields.put("value", bar.value());
    fields.put("low", bar.low());
    fields.put("high", bar.high());
    fields.put("text", bar.text());
    fields.put("tone", bar.tone());
    return new JsonObject(fields);
  }

  /// Lines over sizes, both axes logarithmic, or over threads, both from 0.
  ///
  /// @param x what grows
  /// @param y what it does to what
  /// @param ideal whether a line shows what would be in proportion
  String lines(String title, String x, String y, boolean ideal, List<Line> lines) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("kind", "lines");
    fields.put("x", x);
    fields.put("y", y);
    fields.put("ideal", ideal);
    fields.put("series", lines.stream().map(Charts::fields).toList());
    return place(title, fields);
  }

  private static JsonObject fields(Line line) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", line.name());
    fields.put("ours", line.ours());
    fields.put("points", line.points());
    return new JsonObject(fields);
  }

  private String place(String title, Map<String, @Nullable Object> fields) {
    String id = "chart-" + drawn.size();
    fields.put("title", title);
    drawn.add(new JsonObject(fields).with("id", id));
    return "<figure class=\"chart\"><figcaption><h4>%s</h4></figcaption><div class=\"plot\" id=\"%s\"></div></figure>\n"
        .formatted(Table.escaped(title), id);
  }

  /// Everything to draw, safe inside a script element.
  String json() {
    return new JsonObject(Map.of("charts", drawn)).onOneLine().replace("<", "\\u003c");
  }
}
