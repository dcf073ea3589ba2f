package dev.tessera.cli.picture;

import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.awt.image.BufferedImage;

/// A picture, its tokens, and what became of it.
///
/// @param original the picture
/// @param grid how it was cut
/// @param ids `[h * w x 1]`
/// @param codebook that the ids refer to
/// @param reconstruction the picture in which each patch is its codeword
/// @param use how often each codeword is used
/// @param psnr peak signal to noise ratio of the reconstruction, over the pixels of the picture, in
///   decibel; infinite where it equals the original
public record TokenizedPicture(
    Picture original,
    PatchGrid grid,
    TokenIds ids,
    Codebook codebook,
    BufferedImage reconstruction,
    CodebookUse use,
    double psnr) {

  /// Puts the picture together again and measures it.
  public static TokenizedPicture of(
      Picture original, PatchGrid grid, TokenIds ids, Codebook codebook) {
    BufferedImage reconstruction = grid.assemble(ids, codebook);
    return new TokenizedPicture(
        original,
        grid,
        ids,
        codebook,
        reconstruction,
        CodebookUse.of(ids, codebook.size()),
        psnr(original, reconstruction));
  }

  private static double psnr(Picture original, BufferedImage reconstruction) {
    int width = original.width();
    float[] rgb = new float[3 * width];
    int[] samples = new int[rgb.length];
    double squares = 0;
    for (int y = 0; y < original.height(); y++) {
      original.readRow(y, rgb);
      reconstruction.getRaster().getPixels(0, y, width, 1, samples);
      for (int i = 0; i < rgb.length; i++) {
        double error = rgb[i] - samples[i] / 255f;
        squares += error * error;
      }
    }
    double meanSquare = squares / ((double) rgb.length * original.height());
    return -10 * Math.log10(meanSquare);
  }

  /// Bits of the tokens a pixel, if each id takes `log2 K`.
  public double bitsPerPixel() {
    return tokenBits(Math.log(codebook.size()) / Math.log(2)) / pixels();
  }

  /// Bits of the tokens a pixel, if an entropy coder knows the frequencies of the ids.
  public double entropyBitsPerPixel() {
    return tokenBits(use.entropyBits()) / pixels();
  }

  double tokenBits(double bitsPerToken) {
    return bitsPerToken * grid.patches();
  }

  double pixels() {
    return (double) grid.width() * grid.height();
  }
}
