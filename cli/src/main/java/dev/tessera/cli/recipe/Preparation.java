package dev.tessera.cli.recipe;

/// How a system prepares an image for its encoder.
public enum Preparation {
  /// The system takes no images.
  NONE(""),
  /// LLaVA's.
  CLIP(
      "padded to a square in the mean colour, or with `--aspect square` cut to the one in the"
          + " middle; `--side` pixels a side, bicubic, CLIP's mean and deviation"),
  /// That of BLIP-2 and SEED.
  EVA_CLIP("224 x 224 pixels whatever the ratio, bicubic, CLIP's mean and deviation"),
  /// DALL-E's.
  DALL_E(
      "the shorter side to 256 pixels, Lanczos, the square in the middle, samples from 0.1 to 0.9"),
  /// Emu3's.
  EMU3(
      "sides that are multiples of 8, 512 x 512 to 1024 x 1024 pixels in all, bicubic, samples from"
          + " -1 to 1; four times where the encoder takes a video"),
  /// SBER-MoVQGAN's.
  MOVQGAN(
      "the shorter side to `--side` pixels, bicubic, the square in the middle, samples from -1 to"
          + " 1");

  private final String meaning;

  Preparation(String meaning) {
    this.meaning = meaning;
  }

  /// What becomes of an image, in words.
  public String meaning() {
    return meaning;
  }
}
