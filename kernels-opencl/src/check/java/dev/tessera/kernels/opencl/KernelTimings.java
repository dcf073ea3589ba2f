package dev.tessera.kernels.opencl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Times every kernel at the shapes of [TimedShape], and the screens' variants against each other.
/// Rows are on the device; more rows than a chunk are the chunk again and again, so that what is
/// reported was run, not extrapolated.
final class KernelTimings {
  private static final int CHUNK_ROWS = 1 << 20;
  private static final int SAMPLE_ROWS = 500;

  private final Context context;
  private final CheckReport report;
  private final Map<TimedShape, Double> nanosPerRow = new HashMap<>();

  KernelTimings(Context context, CheckReport report) {
    this.context = context;
    this.report = report;
  }

  /// Runs all shapes.
  ///
  /// @param rows how many rows each shape is searched with
  void run(long rows) {
    List<Object> results = new ArrayList<>();
    for (TimedShape shape : TimedShape.ALL) {
      int chunk = (int) Math.min(rows, CHUNK_ROWS);
      float[] codewords = shape.codewords();
      float[] points = shape.points(codewords, chunk);
      try (DeviceArrays device = new DeviceArrays(context, "")) {
        Buffer resident = device.of(points);
        Device properties = context.device();
        boolean first = true;
        for (ScreenVariant variant :
            shape.variants(properties.mostWorkItems(), properties.kind() == Device.Kind.CPU)) {
          TimedSearch search =
              new TimedSearch(device, variant, codewords, resident, chunk, shape.dim());
          results.add(time(shape, variant, search, points, rows, chunk, first));
          first = false;
        }
      }
    }
    report.put("kernel timings", results);
  }

  /// What all kernels of a search together took, in nanoseconds a row, with the shape's own screen.
  double nanosPerRow(TimedShape shape) {
    return nanosPerRow.getOrDefault(shape, Double.NaN);
  }

  private Map<String, Object> time(
      TimedShape shape,
      ScreenVariant variant,
      TimedSearch search,
      float[] points,
      long rows,
      int chunk,
      boolean whole) {
    search.run(); // the first run of a program pays for loading it
    long runs = whole ? Math.ceilDiv(rows, (long) chunk) : 1;
    Map<String, Long> nanos = new LinkedHashMap<>();
    for (long run = 0; run < runs; run++) {
      search.run().forEach((kernel, time) -> nanos.merge(kernel, time, Long::sum));
    }
    long timedRows = runs * chunk;
    double total = nanos.values().stream().mapToLong(Long::longValue).sum() / 1e6;
    if (whole) {
      nanosPerRow.put(shape, total * 1e6 / timedRows);
    }
    double estimate = shape.estimateMillis(timedRows);
    int[] undecided = search.undecided();
    int[] sample = TimedShape.sample(chunk, SAMPLE_ROWS);
    int wrong = search.wrongIds(points, sample);
    if (wrong > 0) {
      report.fail("%s, %s: %d of %d ids are wrong".formatted(shape, variant, wrong, sample.length));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("codes", shape.codes());
    result.put("columns", shape.dim());
    result.put("rows", timedRows);
    result.put(
        "screen", variant.toString() + (variant.chunk() > 1 ? ", chunk " + variant.chunk() : ""));
    Map<String, Object> millis = new LinkedHashMap<>();
    nanos.forEach((kernel, time) -> millis.put(kernel, time / 1e6));
    result.put("milliseconds", millis);
    result.put("total milliseconds", total);
    result.put("estimated milliseconds on an H200", estimate);
    result.put("ratio to the estimate", total / estimate);
    result.put("float32 TFLOP/s of the screen", tflops(shape, timedRows, nanos));
    result.put("rows decided in float64 within an octet", undecided[0]);
    result.put("rows decided in float64 over all codes", undecided[1]);
    result.put("wrong ids of %d sampled".formatted(sample.length), wrong);
    report.say(
        "%s, %d rows, %s: %s = %.2f ms, %.3g of the estimate of %.3g ms for an H200; %.3g"
            + " TFLOP/s; %d + %d of %d rows decided in float64; %d of %d sampled ids wrong",
        shape,
        timedRows,
        result.get("screen"),
        words(millis),
        total,
        total / estimate,
        estimate,
        tflops(shape, timedRows, nanos),
        undecided[0],
        undecided[1],
        chunk,
        wrong,
        sample.length);
    return result;
  }

  private static double tflops(TimedShape shape, long rows, Map<String, Long> nanos) {
    double operations = 2.0 * rows * shape.codes() * shape.dim();
    return operations / nanos.getOrDefault("screen", 1L) / 1e3;
  }

  private static String words(Map<String, Object> millis) {
    List<String> parts = new ArrayList<>();
    millis.forEach((kernel, time) -> parts.add("%s %.2f".formatted(kernel, (Double) time)));
    return String.join(" + ", parts);
  }
}
