package dev.tessera.vq;

import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;

/// Rows divided by `max(norm, 1e-12)`, in float64, rounded once to float32.
final class UnitRows {
  private UnitRows() {}

  /// A new packed matrix; a row that holds a NaN or an infinity gets NaN.
  static FloatMatrix of(FloatMatrix rows) {
    FloatMatrix units = FloatMatrix.allocate(rows.rows(), rows.columns());
    float[] values = new float[rows.columns()];
    for (long row = 0; row < rows.rows(); row++) {
      double norm = Metric.norm(rows.segment(), rows.rowOffsetBytes(row), rows.columns());
      rows.copyRow(row, values, 0);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] / norm);
      }
      units.setRow(row, values);
    }
    return units;
  }
}
