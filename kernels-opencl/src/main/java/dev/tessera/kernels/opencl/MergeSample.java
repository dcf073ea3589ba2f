package dev.tessera.kernels.opencl;

import dev.tessera.kernel.MergeOperand;
import java.util.Arrays;
import java.util.SplittableRandom;

/// How fast pieces are merged, copies on the host and both ways over the bus included, on random
/// ones: the basis of what merges are estimated to take.
final class MergeSample {
  private static final int PIECES = 1 << 16;
  private static final int LENGTH = 12;
  private static final int BYTES = 64;
  private static final int RULES = 1 << 12;

  /// The first run of anything pays for what later ones find done.
  private static final int RUNS = 3;

  private MergeSample() {}

  /// Nanoseconds a symbol; to be called within [Session#run].
  static double nanosPerSymbol(Session session) {
    SplittableRandom random = new SplittableRandom(1);
    MergeOperand operand = operand(random);
    PieceOrder order = new PieceOrder(ends(), PIECES);
    session.workspace().close(); // the sample is to stay within the memory that is allowed
    double nanos = Double.POSITIVE_INFINITY;
    DeviceTimes times = new DeviceTimes();
    try (MergeKernels kernels = new MergeKernels(session, new RuleTable(operand), times)) {
      for (int run = 0; run < RUNS; run++) {
        int[] symbols = random.ints((long) PIECES * LENGTH, 0, BYTES).toArray();
        long start = System.nanoTime();
        MergeJob job = new MergeJob(session, kernels, order, 0, symbols, new int[PIECES]);
        RowStream.run(session, job, PIECES, times);
        nanos = Math.min(nanos, (double) (System.nanoTime() - start));
      }
    }
    return nanos / ((double) PIECES * LENGTH);
  }

  private static int[] ends() {
    int[] ends = new int[PIECES];
    Arrays.setAll(ends, piece -> (piece + 1) * LENGTH);
    return ends;
  }

  /// A rule for every pair of bytes, so that every piece is merged by half at least.
  private static MergeOperand operand(SplittableRandom random) {
    int[] left = new int[RULES];
    int[] right = new int[RULES];
    int[] merged = new int[RULES];
    int[] rank = new int[RULES];
    for (int rule = 0; rule < RULES; rule++) {
      left[rule] = rule / BYTES;
      right[rule] = rule % BYTES;
      merged[rule] = BYTES + rule;
      rank[rule] = random.nextInt(RULES);
    }
    Arrays.sort(rank);
    return new MergeOperand(left, right, merged, rank, BYTES + RULES);
  }
}
