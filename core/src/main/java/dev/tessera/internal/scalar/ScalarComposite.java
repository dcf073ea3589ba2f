package dev.tessera.internal.scalar;

import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;

/// The specification of composite codes: every vector against every codeword of every level or
/// head, by the definition of [Metric]; residuals by one float32 subtraction an element.
final class ScalarComposite implements CompositeKernel {
  /// Points a thread takes at a time: few, so that an interrupt is seen soon.
  private static final int CHUNK_ROWS = 16;

  /// One step of a float64 fma chain, as for [ScalarNearest].
  private static final double NANOS_PER_TERM = 1.0;

  private final CompositeOperand operand;
  private final WorkerPool pool;

  ScalarComposite(CompositeOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  @Override
  public void encode(FloatMatrix points, TokenIds ids) {
    pool.run(
        chunks -> {
          FloatMatrix vector = FloatMatrix.of(new float[operand.dim()], 1, operand.dim());
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(points.rows(), (chunk + 1) * CHUNK_ROWS);
            for (long row = chunk * CHUNK_ROWS; row < end; row++) {
              encode(points, row, vector, ids);
            }
          }
        },
        Math.ceilDiv(points.rows(), CHUNK_ROWS));
  }

  private void encode(FloatMatrix points, long row, FloatMatrix vector, TokenIds ids) {
    for (int part = 0; part < operand.parts(); part++) {
      if (part == 0 || !operand.isResidual()) {
        int first = operand.isResidual() ? 0 : part * operand.dim();
        for (int i = 0; i < operand.dim(); i++) {
          vector.set(0, i, points.get(row, first + i));
        }
      }
      int id = nearest(vector, operand.codebooks().get(part));
      ids.set(row, part, id);
      if (id >= 0 && operand.isResidual()) {
        FloatMatrix subtracted = operand.subtracted().get(part);
        for (int i = 0; i < operand.dim(); i++) {
          vector.set(0, i, vector.get(0, i) - subtracted.get(id, i));
        }
      }
    }
  }

  /// The nearest codeword, or -1 where the vector holds a NaN or an infinity.
  private static int nearest(FloatMatrix vector, NearestOperand codebook) {
    for (int i = 0; i < codebook.dim(); i++) {
      if (!Float.isFinite(vector.get(0, i))) {
        return -1;
      }
    }
    Metric metric = codebook.metric();
    FloatMatrix codewords = codebook.codewords();
    int best = 0;
    double bestScore = Double.NaN;
    for (int code = 0; code < codebook.codes(); code++) {
      double score =
          metric.score(
              vector.segment(),
              0,
              codewords.segment(),
              codewords.rowOffsetBytes(code),
              codebook.dim());
      if (code == 0 || metric.isBetter(score, bestScore)) {
        best = code;
        bestScore = score;
      }
    }
    return best;
  }

  @Override
  public double estimatedNanos(long rows) {
    double terms = 0;
    for (NearestOperand codebook : operand.codebooks()) {
      terms += (double) rows * codebook.codes() * codebook.dim();
    }
    return terms * NANOS_PER_TERM / Math.min(pool.threads(), Math.ceilDiv(rows, CHUNK_ROWS) + 1);
  }

  @Override
  public void prepare() {}

  @Override
  public Preparation preparation() {
    return Preparation.NONE;
  }

  @Override
  public String describe() {
    return "every codeword in float64";
  }

  @Override
  public void close() {}
}
