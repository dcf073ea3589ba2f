package dev.tessera.encoders;

/// Resizes images as Pillow does, bit by bit: columns first, then rows, with weights of 22
/// fractional bits, and samples rounded to eight bits after each.
final class Resizer {
  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private Resizer() {}

  static RgbImage resize(RgbImage image, int width, int height, Resampling resampling) {
    RgbImage.checkPixels(width, height); // before the weights of each column take as much
    RgbImage wide =
        width == image.width()
            ? image
            : columns(image, Weights.of(image.width(), width, resampling));
    return height == image.height()
        ? wide
        : rows(wide, Weights.of(image.height(), height, resampling));
  }

  /// The weights of the old pixels in each new one.
  ///
  /// @param from the first old pixel that has weight
  /// @param weights of it and those behind it, in units of 2^-22
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weights(int[] from, int[][] weights) {
    static Weights of(int before, int after, Resampling resampling) {
      double scale = (double) before / after;
      double stretch = Math.max(scale, 1);
      double support = resampling.support() * stretch;
      int[] from = new int[after];
      int[][] weights = new int[after][];
      for (int i = 0; i < after; i++) {
        double centre = (i + 0.5) * scale;
        from[i] = Math.max((int) (centre - support + 0.5), 0);
        int to = Math.min((int) (centre + support + 0.5), before);
        double[] exact = new double[to - from[i]];
        double sum = 0;
        for (int j = 0; j < exact.length; j++) {
          exact[j] = resampling.weight((j + from[i] - centre + 0.5) * (1 / stretch));
          sum += exact[j];
        }
        weights[i] = rounded(exact, sum);
      }
      return new Weights(from, weights);
    }

    private static int[] rounded(double[] exact, double sum) {
      int[] weights = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        double weight = (sum == 0 ? exact[j] : exact[j] / sum) * (1 << FRACTION_BITS);
        weights[j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
      return weights;
    }

    int size() {
      return from.length;
    }
  }

  private static RgbImage columns(RgbImage image, Weights weights) {
    byte[] old = image.samples();
    byte[] resized = RgbImage.allocate(weights.size(), image.height());
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < weights.size(); x++) {
        int first = (y * image.width() + weights.from[x]) * RgbImage.CHANNELS;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          resized[at++] = mixed(old, first + channel, RgbImage.CHANNELS, weights.weights[x]);
        }
      }
    }
    return new RgbImage(weights.size(), image.height(), resized);
  }

  private static RgbImage rows(RgbImage image, Weights weights) {
    byte[] old = image.samples();
    int rowSamples = image.width() * RgbImage.CHANNELS;
    byte[] resized = RgbImage.allocate(image.width(), weights.size());
    int at = 0;
    for (int y = 0; y < weights.size(); y++) {
      int first = weights.from[y] * rowSamples;
      for (int i = 0; i < rowSamples; i++) {
        resized[at++] = mixed(old, first + i, rowSamples, weights.weights[y]);
      }
    }
    return new RgbImage(image.width(), weights.size(), resized);
  }

  private static byte mixed(byte[] samples, int first, int step, int[] weights) {
    int sum = HALF;
    int at = first;
    for (int weight : weights) {
      sum += (samples[at] & 0xff) * weight;
      at += step;
    }
    return (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
  }
}
