package dev.tessera.benchmarks;

import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import io.github.jbellis.jvector.vector.VectorUtil;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;

/// Nearest codewords by JVector's `VectorUtil.squareL2Distance`, pair by pair.
final class JVectorNearest implements NearestRunner {
  private final VectorFloat<?>[] codewords;
  private final VectorFloat<?>[] points;

  JVectorNearest(Codebook codebook, FloatMatrix points) {
    codewords = rows(codebook.codewords());
    this.points = rows(points);
  }

  private static VectorFloat<?>[] rows(FloatMatrix matrix) {
    VectorFloat<?>[] rows = new VectorFloat<?>[Math.toIntExact(matrix.rows())];
    for (int row = 0; row < rows.length; row++) {
      float[] values = new float[matrix.columns()];
      matrix.copyRow(row, values, 0);
      rows[row] =
          VectorizationProvider.getInstance().getVectorTypeSupport().createFloatVector(values);
    }
    return rows;
  }

  @Override
  public void encode(FloatMatrix all, TokenIds ids) {
    for (int row = 0; row < all.rows(); row++) {
      VectorFloat<?> point = points[row];
      float least = Float.POSITIVE_INFINITY;
      int nearest = 0;
      for (int code = 0; code < codewords.length; code++) {
        float distance = VectorUtil.squareL2Distance(point, codewords[code]);
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
    return "VectorUtil.squareL2Distance by %s, pair by pair"
        .formatted(VectorizationProvider.getInstance().getClass().getSimpleName());
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
