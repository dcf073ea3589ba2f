package dev.tessera.kernels.opencl;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import dev.tessera.kernel.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A codebook as the screens read it: tiles of codes in the coordinates of [CentredCodebook], with
/// the windows that make every score a proven lower bound. `screen_tiled.cl` describes the layout
/// and the proof; the figures of the proof are computed here.
final class CodebookLayout {
  private static final double SAFETY = 1.1;

  private final CentredCodebook centred;
  private final ErrorBounds bounds;
  private final ScreenPlan plan;
  private final double chain;
  private final double epsilon;

  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  CodebookLayout(CentredCodebook centred, ScreenPlan plan, double windowFactor) {
    this.centred = centred;
    this.plan = plan;
    bounds = new ErrorBounds(centred, plan.depth() + 2, windowFactor);
    chain = SAFETY * windowFactor * RoundingError.ofFloats(plan.depth() + 2);
    epsilon = chain + SAFETY * windowFactor * 4 * RoundingError.FLOAT_UNIT;
  }

  CentredCodebook centred() {
    return centred;
  }

  ErrorBounds bounds() {
    return bounds;
  }

  ScreenPlan plan() {
    return plan;
  }

  /// Floats of a tile's codes.
  int tileFloats() {
    return plan.depth() * plan.codeTile();
  }

  /// Writes tiles `from` to `to`, the end excluded.
  ///
  /// @param codes `[tiles][depth][codeTile]`, zeros before; -C is written
  /// @param terms `[tiles][2][codeTile]`: the lowered constants, then the windows' factors
  /// @param spreads `[tiles][codeTile]`: twice what the constants were lowered by
  void write(int from, int to, MemorySegment codes, MemorySegment terms, MemorySegment spreads) {
    float[] row = new float[centred.dim()];
    for (int tile = from; tile < to; tile++) {
      for (int i = 0; i < plan.codeTile(); i++) {
        long code = (long) tile * plan.codeTile() + i;
        long place = place(i);
        long term = (long) (tile - from) * 2 * plan.codeTile() + place;
        if (code >= centred.codes() || centred.isOutlier((int) code)) {
          set(terms, term, ErrorBounds.NOBODY);
          continue;
        }
        double constant = centred.constant((int) code);
        float lowered = RoundingError.roundDown(constant - chain * Math.abs(constant));
        set(terms, term, lowered);
        set(
            terms,
            term + plan.codeTile(),
            -RoundingError.roundUp(epsilon * centred.norm((int) code)));
        set(
            spreads,
            (long) (tile - from) * plan.codeTile() + place,
            RoundingError.roundUp(2 * (constant - lowered)));
        centred.copyRow((int) code, row);
        long column = (long) (tile - from) * tileFloats() + place;
        for (int k = 0; k < row.length; k++) {
          set(codes, column + (long) k * plan.codeTile(), -row[k]);
        }
      }
    }
  }

  /// Within a tile, octet o has its first four codes in places 4 o and on, its last four as far
  /// into the other half.
  private int place(int code) {
    int octet = code / ScreenPlan.OCTET;
    return (code & 4) / 4 * (plan.codeTile() / 2) + octet * 4 + (code & 3);
  }

  private static void set(MemorySegment segment, long place, float value) {
    segment.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, place, value);
  }

  /// The outliers among codes `from` to `to`, the end excluded, as distances from `from`.
  int[] outliers(int from, int to) {
    return Arrays.stream(centred.outliers())
        .filter(code -> code >= from && code < to)
        .map(code -> code - from)
        .toArray();
  }

  /// The greatest window of a point for which [#outlierScore] holds; -1 where it never does.
  float outlierReach() {
    int[] outliers = centred.outliers();
    if (outliers.length == 0 || centred.metric() != Metric.L2) {
      return -1; // their constants say nothing about which points they attract
    }
    double least = Arrays.stream(outliers).mapToDouble(centred::norm).min().orElseThrow();
    return RoundingError.roundDown(Math.min(least / 4, 0x1p40));
  }

  /// No outlier has a lower score with a point whose window is within [#outlierReach].
  float outlierScore() {
    double reach = outlierReach();
    double least =
        Arrays.stream(centred.outliers())
            .mapToDouble(code -> centred.constant(code) - reach * centred.norm(code))
            .min()
            .orElse(0);
    // least is the difference of two numbers of its size, each off by some 2^-50
    return reach < 0 ? 0 : RoundingError.roundDown(least * (1 - 0x1p-40));
  }
}
