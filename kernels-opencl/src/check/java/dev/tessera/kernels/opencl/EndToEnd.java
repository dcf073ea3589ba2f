package dev.tessera.kernels.opencl;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.DeviceChoice;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The library as its users see it: rows in the host's memory in, ids out, with all copies; and the
/// same ids as the scalar backend's.
final class EndToEnd {
  private static final int RUNS = 5;
  private static final int COMPARED_ROWS = 2000;

  /// Rows in the host's memory, at most.
  private static final long MOST_BYTES = 4L << 30;

  private final BackendOptions options;
  private final KernelTimings kernels;
  private final CheckReport report;

  /// @param kernels the kernels' times at the same shapes
  EndToEnd(int deviceIndex, KernelTimings kernels, CheckReport report) {
    options = BackendOptions.defaults().withDevice(new DeviceChoice.Numbered(deviceIndex));
    this.kernels = kernels;
    this.report = report;
  }

  /// Runs the shapes of [TimedShape] and compares some rows of each with the scalar backend; then
  /// all metrics at an odd shape.
  ///
  /// @param pinnedBytesPerSecond the rate of copies to the device
  void run(long rows, double pinnedBytesPerSecond) {
    List<Object> results = new ArrayList<>();
    for (TimedShape shape : TimedShape.ALL) {
      long fitting = Math.min(rows, MOST_BYTES / (shape.dim() * (long) Float.BYTES));
      results.add(run(shape, fitting, pinnedBytesPerSecond));
    }
    report.put("end to end", results);
    for (Metric metric : Metric.values()) {
      compareOdd(metric);
    }
  }

  private Map<String, Object> run(TimedShape shape, long rows, double pinnedBytesPerSecond) {
    float[] codewords = shape.codewords();
    Codebook codebook = Codebook.of(FloatMatrix.of(codewords, shape.codes(), shape.dim()));
    int distinct = (int) Math.min(rows, 1 << 18);
    float[] some = shape.points(codewords, distinct);
    Map<String, Object> result = new LinkedHashMap<>();
    try (Arena arena = Arena.ofShared();
        Tessera tessera = Tessera.open("opencl", options);
        Quantizer quantizer = tessera.quantizer(codebook)) {
      FloatMatrix points = FloatMatrix.allocate(arena, rows, shape.dim());
      for (long row = 0; row < rows; row += distinct) {
        long count = Math.min(distinct, rows - row);
        MemorySegment.copy(
            MemorySegment.ofArray(some),
            0,
            points.segment(),
            points.rowOffsetBytes(row),
            count * shape.dim() * Float.BYTES);
      }
      TokenIds ids = TokenIds.allocate(rows);
      quantizer.encode(
          points.slice(0, Math.min(rows, 4096)),
          NearestOptions.SINGLE,
          TokenIds.allocate(Math.min(rows, 4096)),
          null);
      double least = Double.POSITIVE_INFINITY;
      for (int run = 0; run < RUNS; run++) {
        long start = System.nanoTime();
        quantizer.encode(points, NearestOptions.SINGLE, ids, null);
        least = Math.min(least, (System.nanoTime() - start) / 1e6);
      }
      double copy = rows * shape.dim() * 4e3 / pinnedBytesPerSecond;
      double computed = rows * kernels.nanosPerRow(shape) / 1e6;
      double ratio = least / Math.max(copy, computed);
      int compared = (int) Math.min(rows, COMPARED_ROWS);
      int differing = differing(codebook, QuantizerOptions.L2, points.slice(0, compared), ids);
      result.put("codes", shape.codes());
      result.put("columns", shape.dim());
      result.put("rows", rows);
      result.put("milliseconds", least);
      result.put("milliseconds of the copy in, at the pinned rate", copy);
      result.put("milliseconds of the kernels alone", computed);
      result.put("ratio to the larger of both", ratio);
      result.put("rows compared with scalar", compared);
      result.put("ids that differ", differing);
      result.put("what the backend says", quantizer.report().toString());
      report.say(
          "end to end, %s, %d rows: %.1f ms (best of %d), %.2f times the larger of the copy in,"
              + " %.1f ms, and the kernels, %.1f ms; %d of %d ids differ from scalar; %s",
          shape, rows, least, RUNS, ratio, copy, computed, differing, compared, quantizer.report());
    }
    return result;
  }

  private int differing(
      Codebook codebook, QuantizerOptions quantizerOptions, FloatMatrix points, TokenIds ids) {
    try (Tessera scalar = Tessera.open("scalar");
        Quantizer quantizer = scalar.quantizer(codebook, quantizerOptions)) {
      TokenIds expected = quantizer.encode(points);
      int differing = 0;
      for (long row = 0; row < points.rows(); row++) {
        differing += ids.get(row, 0) == expected.get(row, 0) ? 0 : 1;
      }
      if (differing > 0) {
        report.fail(differing + " ids differ from the scalar backend's");
      }
      return differing;
    }
  }

  private void compareOdd(Metric metric) {
    TimedShape odd = new TimedShape(1003, 37, 0);
    float[] codewords = odd.codewords();
    Codebook codebook = Codebook.of(FloatMatrix.of(codewords, odd.codes(), odd.dim()));
    FloatMatrix points = FloatMatrix.of(odd.points(codewords, 3001), 3001, odd.dim());
    QuantizerOptions quantizerOptions = QuantizerOptions.of(metric);
    try (Tessera tessera = Tessera.open("opencl", options);
        Quantizer quantizer = tessera.quantizer(codebook, quantizerOptions)) {
      int differing = differing(codebook, quantizerOptions, points, quantizer.encode(points));
      report.say("%s, 3001 rows, %s: %d ids differ from scalar", odd, metric, differing);
    }
  }
}
