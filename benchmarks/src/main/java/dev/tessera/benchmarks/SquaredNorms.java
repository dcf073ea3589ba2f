package dev.tessera.benchmarks;

import dev.tessera.tensor.FloatMatrix;

/// What a matrix product lacks to be a search by L2: `|c|^2 - 2 x c` is least where `|x - c|^2` is.
final class SquaredNorms {
  private SquaredNorms() {}

  /// `|c|^2` of each row, rounded once.
  static float[] of(FloatMatrix codewords) {
    float[] norms = new float[Math.toIntExact(codewords.rows())];
    for (int code = 0; code < norms.length; code++) {
      double sum = 0;
      for (int i = 0; i < codewords.columns(); i++) {
        double value = codewords.get(code, i);
        sum += value * value;
      }
      norms[code] = (float) sum;
    }
    return norms;
  }
}
