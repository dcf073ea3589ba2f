package dev.tessera.encoders;

import dev.tessera.tensor.FloatTensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a system does to an image before its network sees it: padded to a square or not, resized,
/// cut to its middle or not, and each sample brought to a range of its own. Immutable and
/// thread-safe; `with...` give changed ones.
///
/// Resizing is Pillow's, sample by sample; the last step is computed in float32, as `(value / 255 -
/// mean) / deviation`.
public final class Preprocessing {
  private final Sizing sizing;
  private final Resampling resampling;
  private final SampleRange range;
  private final @Nullable ImageSize crop;
  private final byte @Nullable [] padding;
  private final boolean halvesToEven;

  /// @param halvesToEven whether half a pixel beside the middle is rounded to the even number, and
  ///   not down
  private Preprocessing(
      Sizing sizing,
      Resampling resampling,
      SampleRange range,
      @Nullable ImageSize crop,
      byte @Nullable [] padding,
      boolean halvesToEven) {
    this.sizing = sizing;
    this.resampling = resampling;
    this.range = range;
    this.crop = crop;
    this.padding = padding;
    this.halvesToEven = halvesToEven;
  }

  /// Resizing, then the range of samples; nothing is cut off.
  public static Preprocessing of(Sizing sizing, Resampling resampling, SampleRange range) {
    return new Preprocessing(sizing, resampling, range, null, null, false);
  }

  /// The same, cut to the middle.
  public Preprocessing withCrop(int width, int height) {
    ImageSize size = new ImageSize(width, height);
    return new Preprocessing(sizing, resampling, range, size, padding, halvesToEven);
  }

  /// The same, first made a square: the image in the middle, the rest in the mean colour (rounded
  /// down to a sample).
  public Preprocessing withSquare() {
    byte[] colour = range.meanSamples();
    return new Preprocessing(sizing, resampling, range, crop, colour, halvesToEven);
  }

  /// CLIP's, as LLaVA has it: the shorter side to `side` pixels (224 or 336), bicubic, the square
  /// in the middle, CLIP's mean and deviation. With [#withSquare] it is LLaVA's `pad`, which
  /// version 1.5 uses.
  public static Preprocessing clip(int side) {
    return of(Sizing.shorterSide(side), Resampling.BICUBIC, SampleRange.CLIP).withCrop(side, side);
  }

  /// BLIP-2's and SEED's: to 224 x 224 pixels whatever the ratio, bicubic, CLIP's mean and
  /// deviation.
  public static Preprocessing evaClip() {
    return of(Sizing.exactly(224, 224), Resampling.BICUBIC, SampleRange.CLIP);
  }

  /// Emu3's: sides that are multiples of 8, between 512 * 512 and 1024 * 1024 pixels, bicubic,
  /// samples from -1 to 1.
  public static Preprocessing emu3() {
    return of(
        Sizing.multiples(8, 512 * 512, 1024 * 1024),
        Resampling.BICUBIC,
        SampleRange.MINUS_ONE_TO_ONE);
  }

  /// DALL-E's: the shorter side to 256 pixels, Lanczos, the square in the middle, samples from 0.1
  /// to 0.9.
  public static Preprocessing dallE() {
    Sizing sizing = Sizing.shorterSideRounded(256);
    ImageSize crop = new ImageSize(256, 256);
    return new Preprocessing(sizing, Resampling.LANCZOS, SampleRange.DALL_E, crop, null, true);
  }

  /// The size that an image of this one has when all is done.
  public ImageSize size(ImageSize image) {
    return crop == null ? resized(image) : crop;
  }

  /// The size that all images have, if it does not depend on theirs.
  Optional<ImageSize> fixedSize() {
    return crop == null && sizing instanceof ExactSizing exact
        ? Optional.of(exact.size())
        : Optional.ofNullable(crop);
  }

  private ImageSize resized(ImageSize image) {
    int side = Math.max(image.width(), image.height());
    return sizing.of(padding == null ? image : new ImageSize(side, side));
  }

  /// What the network takes, channel after channel: `[3 x height x width]`.
  ///
  /// @throws IllegalArgumentException if the sizing has none for this image, or the image is then
  ///   smaller than what is cut out of it: says so
  public FloatTensor apply(RgbImage image) {
    ImageSize size = resized(new ImageSize(image.width(), image.height()));
    if (crop != null && (size.width() < crop.width() || size.height() < crop.height())) {
      throw new IllegalArgumentException(
          "expected at least %s pixels to cut out of, found %s".formatted(crop, size));
    }
    RgbImage square = padding == null ? image : squared(image, padding);
    RgbImage resized = Resizer.resize(square, size.width(), size.height(), resampling);
    ImageSize out = crop == null ? size : crop;
    int left = middle(size.width() - out.width());
    int top = middle(size.height() - out.height());
    FloatTensor tensor = FloatTensor.allocate(RgbImage.CHANNELS, out.height(), out.width());
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      float[] values = range.values(channel);
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          tensor.set(channel, y, x, values[resized.sample(left + x, top + y, channel)]);
        }
      }
    }
    return tensor;
  }

  private int middle(int spare) {
    return halvesToEven ? (int) Math.rint(spare / 2.0) : spare / 2;
  }

  private static RgbImage squared(RgbImage image, byte[] colour) {
    int side = Math.max(image.width(), image.height());
    byte[] samples = RgbImage.allocate(side, side);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = colour[i % RgbImage.CHANNELS];
    }
    int left = (side - image.width()) / 2;
    int top = (side - image.height()) / 2;
    int row = image.width() * RgbImage.CHANNELS;
    for (int y = 0; y < image.height(); y++) {
      int at = ((top + y) * side + left) * RgbImage.CHANNELS;
      System.arraycopy(image.samples(), y * row, samples, at, row);
    }
    return new RgbImage(side, side, samples);
  }
}
