package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.Offer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Byte-pair merges of a batch of random pieces: by the device's events, and end to end with all
/// copies; some pieces against the scalar backend.
final class MergeTimings {
  private static final int MOST_PIECES = 1 << 20;
  private static final int LETTERS = 64;
  private static final int RULES = 20_000;
  private static final int RUNS = 3;
  private static final int COMPARED_PIECES = 5000;

  private final Device device;
  private final CheckReport report;
  private final int pieces;

  /// @param rows of the other timings: a tenth as many pieces
  MergeTimings(Device device, CheckReport report, long rows) {
    this.device = device;
    this.report = report;
    pieces = Math.clamp(rows / 9, 500, MOST_PIECES);
  }

  void run() {
    SplittableRandom random = new SplittableRandom(3);
    MergeOperand operand = operand(random);
    int[] ends = new int[pieces];
    int end = 0;
    for (int piece = 0; piece < pieces; piece++) {
      end += 2 + random.nextInt(23);
      ends[piece] = end;
    }
    int[] given = random.ints(end, 0, LETTERS).toArray();
    int[] merged = new int[0];
    int[] lengths = new int[pieces];
    double least = Double.POSITIVE_INFINITY;
    double leastKernels = Double.POSITIVE_INFINITY;
    String said;
    try (Backend backend =
            new OpenClBackend(new JoclCalls(), device, BackendOptions.defaults(), null, 1);
        OpenClMerge kernel = (OpenClMerge) kernel(backend, operand)) {
      for (int run = 0; run < RUNS; run++) {
        merged = given.clone();
        long kernels = kernel.times().kernelNanos();
        long start = System.nanoTime();
        kernel.merge(merged, ends, lengths, pieces);
        least = Math.min(least, (System.nanoTime() - start) / 1e6);
        leastKernels = Math.min(leastKernels, (kernel.times().kernelNanos() - kernels) / 1e6);
      }
      said = kernel.describe();
    }
    int compared = Math.min(pieces, COMPARED_PIECES);
    int wrong = wrong(operand, given, ends, merged, lengths, compared);
    if (wrong > 0) {
      report.fail("%d of %d pieces are merged otherwise".formatted(wrong, compared));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("pieces", pieces);
    result.put("symbols", end);
    result.put("rules", operand.rules());
    result.put("milliseconds of the kernels", leastKernels);
    result.put("milliseconds end to end", least);
    result.put("pieces compared with scalar", compared);
    result.put("pieces that differ", wrong);
    result.put("what the backend says", said);
    report.put("merges", result);
    report.say(
        "merges of %d pieces, %d symbols, %d rules: kernels %.2f ms (best of %d), end to end %.1f"
            + " ms; %d of %d pieces differ from scalar; %s",
        pieces, end, operand.rules(), leastKernels, RUNS, least, wrong, compared, said);
  }

  /// Rules that join what is there already, as those of a vocabulary do.
  private static MergeOperand operand(SplittableRandom random) {
    Map<Long, Integer> pairs = new LinkedHashMap<>();
    while (pairs.size() < RULES) {
      int known = LETTERS + pairs.size();
      int left = random.nextInt(Math.min(known, 3 * LETTERS));
      int right = random.nextInt(known);
      pairs.putIfAbsent((long) left << 32 | right, known);
    }
    int[] left = new int[RULES];
    int[] right = new int[RULES];
    int[] merged = new int[RULES];
    int[] rank = new int[RULES];
    int rule = 0;
    for (Map.Entry<Long, Integer> pair : pairs.entrySet()) {
      left[rule] = (int) (pair.getKey() >>> 32);
      right[rule] = (int) (long) pair.getKey();
      merged[rule] = pair.getValue();
      rank[rule] = rule;
      rule++;
    }
    return new MergeOperand(left, right, merged, rank, LETTERS + RULES);
  }

  private static int wrong(
      MergeOperand operand, int[] given, int[] ends, int[] merged, int[] lengths, int pieces) {
    int[] expected = Arrays.copyOf(given, ends[pieces - 1]);
    int[] expectedLengths = new int[pieces];
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1));
        MergeKernel kernel = kernel(scalar.serving().getFirst(), operand)) {
      kernel.merge(expected, Arrays.copyOf(ends, pieces), expectedLengths, pieces);
    }
    int wrong = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int begin = piece == 0 ? 0 : ends[piece - 1];
      boolean same =
          lengths[piece] == expectedLengths[piece]
              && Arrays.equals(
                  merged,
                  begin,
                  begin + lengths[piece],
                  expected,
                  begin,
                  begin + expectedLengths[piece]);
      wrong += same ? 0 : 1;
    }
    return wrong;
  }

  private static MergeKernel kernel(Backend backend, MergeOperand operand) {
    return switch (backend.merge(operand)) {
      case Offer.Accepted<MergeKernel>(MergeKernel kernel) -> kernel;
      case Offer.Declined<MergeKernel>(String reason) -> throw new IllegalStateException(reason);
    };
  }
}
