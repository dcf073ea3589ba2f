package dev.tessera.benchmarks;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.Seeding;
import java.util.SplittableRandom;

/// Points and a codebook to search, the same for a kind, a shape and [#SEED] on every run.
///
/// @param points `[N x d]`
/// @param codebook `[K x d]`
record NearestData(FloatMatrix points, Codebook codebook) {
  /// Where all random numbers begin.
  static final long SEED = 20_261_123;

  /// Vectors that a codebook is learned from, a codeword, and at most.
  private static final int TRAINING_ROWS_PER_CODE = 16;

  private static final int MOST_TRAINING_ROWS = 262_144;
  private static final int LEARNING_STEPS = 4;
  private static final double HUGE_NORM = 1e30;

  /// Draws the points, and learns or draws the codebook.
  static NearestData make(DataKind kind, NearestShape shape) {
    return switch (kind) {
      case MIXTURE -> {
        GaussianMixture mixture = new GaussianMixture(shape.dim(), SEED);
        FloatMatrix points = mixture.sample(shape.points());
        yield new NearestData(points, learn(mixture.sample(trainingRows(shape)), shape));
      }
      case OUTLIER -> {
        NearestData usual = make(DataKind.MIXTURE, shape);
        FloatMatrix codewords =
            FloatMatrix.of(usual.codebook.codewords().toArray(), shape.codes(), shape.dim());
        for (int i = 0; i < shape.dim(); i++) {
          codewords.set(shape.codes() / 2, i, (float) (HUGE_NORM / Math.sqrt(shape.dim())));
        }
        yield new NearestData(usual.points, Codebook.of(codewords));
      }
      case PICTURE -> {
        PicturePatches patches = new PicturePatches(shape.dim(), SEED);
        FloatMatrix points = patches.sample(shape.points());
        yield new NearestData(points, learn(patches.sample(trainingRows(shape)), shape));
      }
      case GAUSSIAN -> {
        SplittableRandom random = new SplittableRandom(SEED);
        FloatMatrix points = normal(random, shape.points(), shape.dim());
        yield new NearestData(points, Codebook.of(normal(random, shape.codes(), shape.dim())));
      }
    };
  }

  private static int trainingRows(NearestShape shape) {
    return Math.min(TRAINING_ROWS_PER_CODE * shape.codes(), MOST_TRAINING_ROWS);
  }

  /// The best backend learns: all learn the same codebook, the scalar one would take minutes.
  private static Codebook learn(FloatMatrix training, NearestShape shape) {
    KMeansOptions options =
        new KMeansOptions(shape.codes(), SEED, LEARNING_STEPS, Metric.L2, Seeding.RANDOM);
    try (Tessera tessera = Tessera.open()) {
      return tessera.learn(training, options).codebook();
    }
  }

  /// Independent normal values.
  static FloatMatrix normal(SplittableRandom random, int rows, int columns) {
    FloatMatrix matrix = FloatMatrix.allocate(rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns; i++) {
        matrix.set(row, i, (float) random.nextGaussian());
      }
    }
    return matrix;
  }
}
