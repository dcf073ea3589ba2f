package dev.tessera.benchmarks;

import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import org.apache.lucene.util.VectorUtil;

/// Nearest codewords by Lucene's `VectorUtil.squareDistance`, pair by pair: what a search engine on
/// the JVM would do today.
final class LuceneNearest implements NearestRunner {
  private final float[][] codewords;
  private final float[][] points;

  LuceneNearest(Codebook codebook, FloatMatrix points) {
    codewords = rows(codebook.codewords());
    this.points = rows(points);
  }

  private static float[][] rows(FloatMatrix matrix) {
    float[][] rows = new float[Math.toIntExact(matrix.rows())][matrix.columns()];
    for (int row = 0; row < rows.length; row++) {
      matrix.copyRow(row, rows[row], 0);
    }
    return rows;
  }

  @Override
  public void encode(FloatMatrix all, TokenIds ids) {
    for (int row = 0; row < all.rows(); row++) {
      float[] point = points[row];
      float least = Float.POSITIVE_INFINITY;
      int nearest = 0;
      for (int code = 0; code < codewords.length; code++) {
        float distance = VectorUtil.squareDistance(point, codewords[code]);
        if (distance < least) {
          least = distance;
          nearest = code;
        }
      }
      ids.set(row, 0, nearest);
    }
  }

  @Override
  public Preparation preparation() {
    return Preparation.NONE;
  }

  @Override
  public String describe() {
    return "VectorUtil.squareDistance, pair by pair";
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
