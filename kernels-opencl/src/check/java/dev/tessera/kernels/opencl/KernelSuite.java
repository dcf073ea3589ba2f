package dev.tessera.kernels.opencl;

import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.Metric;
import java.util.ArrayList;
import java.util.List;

/// Every kernel against plain Java, bit for bit where the header promises bits.
///
/// All buffers live as long as the suite: oclgrind 21.10 takes a buffer in a freed one's place for
/// unwritten beyond the former's size.
final class KernelSuite implements AutoCloseable {
  private static final int WORK_ITEMS = 64;

  private final DeviceArrays device;
  private final Device properties;
  private final int workItems;
  private final Findings findings = new Findings();

  /// @param options compiler options that every program gets; may be empty
  KernelSuite(Context context, String options) {
    device = new DeviceArrays(context, options);
    properties = context.device();
    workItems = (int) Math.min(WORK_ITEMS, properties.mostWorkItems());
  }

  /// What was wrong so far: one line each, none if all is well.
  List<String> findings() {
    return findings.lines();
  }

  /// The cases that the checks run by default: every screen and metric, every kind of tail.
  ///
  /// @param mostWorkItems the device's limit
  static List<SearchCase> cases(long mostWorkItems) {
    List<SearchCase> cases = new ArrayList<>();
    long seed = 1;
    for (Metric metric : Metric.values()) {
      ScreenVariant single = ScreenVariant.plain(8, 8, 1);
      cases.add(new SearchCase(1, 1, 1, metric, single, 1, 1, false, seed++));
      cases.add(new SearchCase(77, 100, 33, metric, single, 1, 1, true, seed++));
      cases.add(new SearchCase(77, 100, 33, metric, single, 3, 2, false, seed++));
      if (mostWorkItems >= 64) {
        ScreenVariant tiled = ScreenVariant.tiled(64, 64, 8);
        cases.add(new SearchCase(65, 63, 8, metric, tiled, 1, 1, false, seed++));
        cases.add(new SearchCase(63, 200, 20, metric, tiled, 2, 2, true, seed++));
        cases.add(
            new SearchCase(
                150, 129, 4, metric, ScreenVariant.small(64, 64, 32, 8), 1, 1, false, seed++));
        cases.add(
            new SearchCase(
                90, 300, 7, metric, ScreenVariant.small(128, 64, 16, 4), 2, 2, true, seed++));
        cases.add(
            new SearchCase(40, 90, 12, metric, ScreenVariant.plain(64, 8, 4), 1, 3, false, seed++));
      }
      if (mostWorkItems >= 256) {
        ScreenVariant large = ScreenVariant.tiled(128, 128, 8);
        cases.add(new SearchCase(129, 257, 17, metric, large, 1, 2, false, seed++));
      }
    }
    return cases;
  }

  /// Few and small cases in which every kernel runs: under oclgrind, some thousand times slower.
  static List<SearchCase> smallCases() {
    return List.of(
        new SearchCase(22, 30, 9, Metric.COSINE, ScreenVariant.plain(8, 8, 1), 1, 2, true, 1),
        // Several chunks of a tile and several tiles of a run; then tiles of one chunk.
        new SearchCase(22, 190, 20, Metric.L2, ScreenVariant.tiled(64, 64, 8), 1, 2, false, 2),
        new SearchCase(22, 150, 8, Metric.L2, ScreenVariant.tiled(64, 64, 8), 2, 1, false, 3),
        new SearchCase(22, 70, 4, Metric.DOT, ScreenVariant.small(64, 64, 32, 8), 1, 1, false, 4));
  }

  /// One search.
  void check(SearchCase search) {
    check(search, 1);
  }

  /// Likewise.
  ///
  /// @param windowFactor 1; with 0 the bounds prove nothing, and the check must notice
  void check(SearchCase search, double windowFactor) {
    findings.about(search, () -> new SearchCheck(device, search, windowFactor, findings).run());
  }

  /// Means of random clusters.
  void check(MeansCheck means) {
    for (String division : divisions()) {
      findings.about(
          means + ", " + division, () -> means.run(device, workItems, division, findings));
    }
  }

  /// The ways to divide that the device has, also those that it is not used with.
  private List<String> divisions() {
    List<String> divisions = new ArrayList<>();
    if (properties.exactDivision()) {
      divisions.add(Division.IN_FLOAT);
    }
    if (properties.fp64()) {
      divisions.add(Division.IN_DOUBLE);
    }
    return divisions;
  }

  /// Residuals of random rows.
  void check(SubtractCheck residuals) {
    residuals.run(device, workItems, findings);
  }

  /// Fills a buffer but for its last word.
  void checkFill() {
    int count = 1000;
    Buffer buffer = device.zeros((count + 1L) * Integer.BYTES);
    device.run("fill.cl", "", "fill", new long[] {3}, workItems, buffer, 0x1234abcd, (long) count);
    int[] words = device.ints(buffer, count + 1);
    for (int i = 0; i <= count; i++) {
      int expected = i < count ? 0x1234abcd : 0;
      findings.require(words[i] == expected, "fill: word %d is %x, not %x", i, words[i], expected);
    }
  }

  /// One hop over a random graph.
  void check(HopCheck hop) {
    List<String> divisions = hop.aggregation() == Aggregation.MEAN ? divisions() : List.of("");
    for (String division : divisions) {
      findings.addAll(hop.findings(device, workItems, division));
    }
  }

  /// Merges of random pieces.
  void check(MergeCheck merges) {
    findings.addAll(merges.findings(device));
  }

  /// A linear layer on random rows.
  void check(LinearCheck linear) {
    findings.addAll(linear.findings(device));
  }

  @Override
  public void close() {
    device.close();
  }
}
