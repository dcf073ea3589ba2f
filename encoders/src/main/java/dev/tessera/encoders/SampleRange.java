package dev.tessera.encoders;

/// What becomes of a sample, 0 to 255, of each channel: `(value / 255 - mean) / deviation`, in
/// float32. Immutable and thread-safe.
public final class SampleRange {
  private static final int SAMPLES = 256;

  /// CLIP's means and deviations.
  @SuppressWarnings("FloatingPointLiteralPrecision") // as published
  public static final SampleRange CLIP =
      of(
          new float[] {0.48145466f, 0.4578275f, 0.40821073f},
          new float[] {0.26862954f, 0.26130258f, 0.27577711f});

  /// From -1 to 1.
  public static final SampleRange MINUS_ONE_TO_ONE =
      of(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

  /// From 0 to 1.
  public static final SampleRange ZERO_TO_ONE = of(new float[] {0, 0, 0}, new float[] {1, 1, 1});

  /// From 0.1 to 0.9: `0.8 x + 0.1` of a value from 0 to 1.
  public static final SampleRange DALL_E = dallE();

  private final float[] means;
  private final float[][] values;

  private SampleRange(float[] means, float[][] values) {
    this.means = means;
    this.values = values;
  }

  /// A range.
  ///
  /// @param means of red, green and blue, in terms of 0 to 1
  /// @param deviations likewise, above 0
  /// @throws IllegalArgumentException if there are not three of each, or a deviation is not above 0
  public static SampleRange of(float[] means, float[] deviations) {
    if (means.length != RgbImage.CHANNELS || deviations.length != RgbImage.CHANNELS) {
      throw new IllegalArgumentException(
          "there are 3 channels, not %d means and %d deviations"
              .formatted(means.length, deviations.length));
    }
    float[][] values = new float[RgbImage.CHANNELS][SAMPLES];
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      if (!(deviations[channel] > 0)) {
        throw new IllegalArgumentException(
            "a deviation is above 0, not %s".formatted(deviations[channel]));
      }
      for (int sample = 0; sample < SAMPLES; sample++) {
        values[channel][sample] = (sample / 255f - means[channel]) / deviations[channel];
      }
    }
    return new SampleRange(means.clone(), values);
  }

  private static SampleRange dallE() {
    float[][] values = new float[RgbImage.CHANNELS][SAMPLES];
    for (float[] channel : values) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        channel[sample] = 0.8f * (sample / 255f) + 0.1f;
      }
    }
    return new SampleRange(new float[RgbImage.CHANNELS], values);
  }

  /// The value of each sample of a channel; not to be written to.
  float[] values(int channel) {
    return values[channel];
  }

  /// The means as samples, rounded down.
  byte[] meanSamples() {
    byte[] samples = new byte[RgbImage.CHANNELS];
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      samples[channel] = (byte) (int) (means[channel] * 255.0);
    }
    return samples;
  }
}
