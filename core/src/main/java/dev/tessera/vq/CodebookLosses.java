package dev.tessera.vq;

import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// The terms that training adds to a loss for the sake of a codebook, as numbers, in float64,
/// elements added in ascending order. Gradients are the framework's.
public final class CodebookLosses {
  /// On which of the two terms the factor beta stands.
  public enum BetaPlacement {
    /// On the commitment, as the VQ-VAE paper has it.
    COMMITMENT,
    /// On the codebook's term: the "legacy" of taming-transformers, and so of MoVQGAN and SEED.
    CODEBOOK
  }

  /// The two halves of the loss of a codebook that learns by gradient. Their values come from one
  /// mean squared error; what they differ in is where the gradient goes.
  ///
  /// @param commitment draws vectors to their codewords: `mean |sg(q) - x|^2`, weighted
  /// @param codebook draws codewords to their vectors: `mean |q - sg(x)|^2`, weighted
  public record Terms(double commitment, double codebook) {
    /// Both.
    public double sum() {
      return commitment + codebook;
    }
  }

  private CodebookLosses() {}

  /// `mean (x - q)^2` over all elements: the commitment before its weight.
  ///
  /// @param vectors `[n x dim]`
  /// @param quantized `[n x dim]`, as decoding returns them
  /// @return 0 where there is no element
  /// @throws IllegalArgumentException if the shapes differ
  public static double commitment(FloatMatrix vectors, FloatMatrix quantized) {
    if (vectors.rows() != quantized.rows() || vectors.columns() != quantized.columns()) {
      throw new IllegalArgumentException(
          "the vectors are [%d x %d], the quantized ones [%d x %d]"
              .formatted(vectors.rows(), vectors.columns(), quantized.rows(), quantized.columns()));
    }
    double sum = 0;
    for (long row = 0; row < vectors.rows(); row++) {
      for (int i = 0; i < vectors.columns(); i++) {
        double difference = (double) vectors.get(row, i) - quantized.get(row, i);
        sum += difference * difference;
      }
    }
    long elements = vectors.rows() * vectors.columns();
    return elements == 0 ? 0 : sum / elements;
  }

  /// Both terms of a codebook that learns by gradient.
  ///
  /// @param beta the factor, 0.25 as a rule
  /// @throws IllegalArgumentException if the shapes differ
  public static Terms terms(
      FloatMatrix vectors, FloatMatrix quantized, double beta, BetaPlacement placement) {
    double error = commitment(vectors, quantized);
    return placement == BetaPlacement.COMMITMENT
        ? new Terms(beta * error, error)
        : new Terms(error, beta * error);
  }

  /// How far codewords are from pairwise orthogonal (Shin et al., 2021, equation 2, as lucidrains
  /// and GFT have it): `sum_h sum_ij cos(e_i, e_j)^2 / (H n^2) - 1 / n` over the n codewords of
  /// each of H heads; 0 where all are orthogonal.
  ///
  /// @param heads codebooks of one size, a single one for a quantizer without heads
  /// @throws IllegalArgumentException if there is none, or their sizes differ
  public static double orthogonality(List<Codebook> heads) {
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("there is no codebook to look at");
    }
    int n = heads.getFirst().size();
    double sum = 0;
    for (Codebook head : heads) {
      if (head.size() != n) {
        throw new IllegalArgumentException(
            "one head has %d codewords, another %d".formatted(n, head.size()));
      }
      sum += squaredCosines(head.normalized().codewords());
    }
    return sum / ((double) heads.size() * n * n) - 1.0 / n;
  }

  private static double squaredCosines(FloatMatrix units) {
    double sum = 0;
    for (long i = 0; i < units.rows(); i++) {
      for (long j = 0; j < units.rows(); j++) {
        double cosine =
            Metric.DOT.score(
                units.segment(),
                units.rowOffsetBytes(i),
                units.segment(),
                units.rowOffsetBytes(j),
                units.columns());
        sum = Math.fma(cosine, cosine, sum);
      }
    }
    return sum;
  }

  /// As [#orthogonality(List)], of at most `most` codes, the same of every head, chosen by a seed:
  /// GFT takes 32.
  public static double orthogonality(List<Codebook> heads, int most, long seed) {
    if (most < 1) {
      throw new IllegalArgumentException("at least 1 code is looked at, not " + most);
    }
    if (heads.isEmpty() || heads.getFirst().size() <= most) {
      return orthogonality(heads);
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] codes = new int[heads.getFirst().size()];
    Arrays.setAll(codes, code -> code);
    for (int i = 0; i < most; i++) {
      int drawn = random.nextInt(i, codes.length);
      int code = codes[drawn];
      codes[drawn] = codes[i];
      codes[i] = code;
    }
    int[] chosen = Arrays.copyOf(codes, most);
    return orthogonality(heads.stream().map(head -> head.select(chosen)).toList());
  }
}
