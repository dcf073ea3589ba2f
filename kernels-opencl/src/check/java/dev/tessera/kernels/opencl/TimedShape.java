package dev.tessera.kernels.opencl;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A search whose kernels are timed: K codes of d columns, and what `N = 1e7` rows were expected to
/// take an H200, certification included.
///
/// @param estimateMillis at 45 TFLOP/s of float32; for 4 columns the rate of instructions
record TimedShape(int codes, int dim, double estimateMillis) {
  /// The rows that the estimates are for.
  static final double ESTIMATE_ROWS = 1e7;

  /// Within this factor of the estimate a kernel is as fast as it was meant to be.
  static final double MARGIN = 1.5;

  static final List<TimedShape> ALL =
      List.of(
          new TimedShape(8192, 32, 117),
          new TimedShape(32768, 4, 60),
          new TimedShape(16384, 256, 1864),
          new TimedShape(1024, 128, 58));

  /// Gaussian codewords.
  float[] codewords() {
    float[] codewords = new float[codes * dim];
    IntStream.range(0, codes)
        .parallel()
        .forEach(
            code -> {
              SplittableRandom random = new SplittableRandom(0x5eed0000L + code);
              for (int i = 0; i < dim; i++) {
                codewords[code * dim + i] = (float) random.nextGaussian();
              }
            });
    return codewords;
  }

  /// Rows, three of four near a codeword, the fourth anywhere.
  float[] points(float[] codewords, int rows) {
    float[] points = new float[Math.multiplyExact(rows, dim)];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              SplittableRandom random = new SplittableRandom(0xfeed0000L + row);
              boolean near = row % 4 != 3;
              int code = random.nextInt(codes);
              for (int i = 0; i < dim; i++) {
                float noise = (float) random.nextGaussian();
                points[row * dim + i] = near ? codewords[code * dim + i] + 0.5f * noise : noise;
              }
            });
    return points;
  }

  /// The screen that the shape is meant for, then others to compare it with.
  List<ScreenVariant> variants(long mostWorkItems, boolean processor) {
    if (processor || mostWorkItems < 128) {
      return List.of(ScreenVariant.plain(8, 8, 1));
    }
    ScreenVariant plain = ScreenVariant.tiled(64, 128, 16);
    List<ScreenVariant> tiled =
        mostWorkItems < 256
            ? List.of(plain, ScreenVariant.tiled(64, 128, 8))
            : List.of(
                plain,
                ScreenVariant.tiled(64, 128, 8),
                ScreenVariant.tiled(128, 64, 16),
                ScreenVariant.tiled(64, 64, 16),
                ScreenVariant.tiled(128, 128, 16));
    if (dim > 8) {
      return tiled;
    }
    return List.of(
        ScreenVariant.small(64, 128, 64, dim <= 4 ? 8 : 4),
        ScreenVariant.small(64, 128, 128, 8),
        ScreenVariant.small(64, 128, 64, 4),
        ScreenVariant.small(64, 128, 64, 12),
        ScreenVariant.small(64, 128, 64, 16),
        ScreenVariant.small(64, 512, 64, 8),
        ScreenVariant.small(64, 128, 32, 12));
  }

  /// How long `rows` rows were expected to take, in milliseconds.
  double estimateMillis(long rows) {
    return estimateMillis * rows / ESTIMATE_ROWS;
  }

  @Override
  public String toString() {
    return "K = %d, d = %d".formatted(codes, dim);
  }

  /// Rows spread over `[0, rows)`, for a comparison with the definition.
  static int[] sample(int rows, int count) {
    return rows <= count
        ? IntStream.range(0, rows).toArray()
        : Arrays.stream(new SplittableRandom(7).ints(count, 0, rows).toArray()).sorted().toArray();
  }
}
