package dev.tessera.benchmarks.results;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One measurement.
///
/// @param path the hot path: `nearest`, `text` or `hops`
/// @param subject who did it
/// @param data on what kind of data
/// @param sizes how large the data are, axis by axis, in the order in which a shape is written
/// @param threads threads of the subject
/// @param compared whether all subjects were given this; else it is a point of a series
/// @param perCall what one call does
/// @param facts what the fork told of itself
/// @param jmh JMH's own record
public record Result(
    String path,
    String subject,
    String data,
    Map<String, Long> sizes,
    int threads,
    boolean compared,
    PerCall perCall,
    Map<String, String> facts,
    JsonObject jmh) {
  private static final double MILLIS_A_SECOND = 1000;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /// A rate, and how far it may be off.
  ///
  /// @param value units a second: the mean
  /// @param low the lower end of the mean's 99.9 % confidence interval; at least 0
  /// @param high the upper end
  public record Throughput(double value, double low, double high) {
    /// Half the interval, as a share of the value.
    public double relativeError() {
      return (high - low) / 2 / value;
    }
  }

  /// Units a second.
  ///
  /// @throws IllegalArgumentException if JMH's record is no throughput a second and no time in
  ///   milliseconds
  public Throughput throughput() {
    JsonObject metric = jmh.object("primaryMetric");
    double score = metric.number("score");
    List<Double> interval = metric.numbers("scoreConfidence");
    boolean known = interval.size() == 2; // one iteration has none: JMH writes NaN, a text
    double low = known ? Math.max(0, interval.get(0)) : score;
    double high = known ? interval.get(1) : score;
    double units = perCall.units();
    return switch (metric.text("scoreUnit")) {
      case "ops/s" -> new Throughput(units * score, units * low, units * high);
      case "ms/op" -> {
        double scale = units * MILLIS_A_SECOND;
        // The interval of a time may reach down to nothing: twice the rate is then said.
        yield new Throughput(scale / score, scale / high, scale / Math.max(low, score / 2));
      }
      default ->
          throw new IllegalArgumentException(
              "expected ops/s or ms/op, found " + metric.text("scoreUnit"));
    };
  }

  /// Seconds a call.
  public double secondsPerCall() {
    return perCall.units() / throughput().value();
  }

  /// Bytes of the heap allocated a call; NaN where JMH did not look.
  public double allocatedBytes() {
    JsonObject secondary = jmh.optionalObject("secondaryMetrics");
    return secondary.has(ALLOCATED) ? secondary.object(ALLOCATED).number("score") : Double.NaN;
  }

  /// Memory held beside the operand itself, in bytes; NaN where the subject does not tell.
  public double preparedBytes() {
    return facts.containsKey("preparedBytes")
        ? Double.parseDouble(facts.get("preparedBytes"))
        : Double.NaN;
  }

  /// As a shape is written: `65536x8192x32`.
  public String shape() {
    return String.join("x", sizes.values().stream().map(String::valueOf).toList());
  }

  /// What makes two results of different files the same measurement.
  public String key() {
    return "%s %s %s %s %d".formatted(path, subject, data, shape(), threads);
  }

  /// Reads what [#toJson] wrote.
  public static Result of(JsonObject json) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    JsonObject axes = json.object("sizes");
    axes.fields().keySet().forEach(axis -> sizes.put(axis, axes.whole(axis)));
    Map<String, String> facts = new TreeMap<>();
    JsonObject told = json.object("facts");
    told.fields().keySet().forEach(fact -> facts.put(fact, told.text(fact)));
    return new Result(
        json.text("path"),
        json.text("subject"),
        json.text("data"),
        sizes,
        (int) json.whole("threads"),
        json.flag("compared"),
        PerCall.of(json.object("per_call")),
        facts,
        json.object("jmh"));
  }

  /// As a JSON object.
  public JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("path", path);
    fields.put("subject", subject);
    fields.put("data", data);
    fields.put("sizes", sizes);
    fields.put("threads", threads);
    fields.put("compared", compared);
    fields.put("per_call", perCall.toJson());
    fields.put("facts", facts);
    fields.put("jmh", jmh);
    return new JsonObject(fields);
  }
}
