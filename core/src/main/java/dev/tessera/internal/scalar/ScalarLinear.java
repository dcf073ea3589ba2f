package dev.tessera.internal.scalar;

import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;

/// The specification of the linear layer: for each row and output `acc = b`, then `acc = fma(x_i,
/// w_i, acc)` in float64, `i` ascending, then the activation, then one rounding to float32.
final class ScalarLinear implements LinearKernel {
  /// Outputs that a thread computes at a time: few, so that an interrupt is seen soon, and one row
  /// occupies all threads.
  private static final int CHUNK_OUTPUTS = 64;

  /// One step of a float64 fma chain, whose latency nothing hides; measured 0.95-1.1 ns at 4 GHz.
  private static final double NANOS_PER_TERM = 1.0;

  private final LinearOperand operand;
  private final WorkerPool pool;
  private final long chunksPerRow;

  ScalarLinear(LinearOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
    chunksPerRow = Math.ceilDiv(operand.outputs(), CHUNK_OUTPUTS);
  }

  @Override
  public void linear(FloatMatrix x, FloatMatrix y) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int from = (int) (chunk % chunksPerRow) * CHUNK_OUTPUTS;
            int to = Math.min(operand.outputs(), from + CHUNK_OUTPUTS);
            for (int output = from; output < to; output++) {
              long row = chunk / chunksPerRow;
              y.set(row, output, (float) operand.activation().apply(sum(x, row, output)));
            }
          }
        },
        x.rows() * chunksPerRow);
  }

  private double sum(FloatMatrix x, long row, int output) {
    FloatMatrix bias = operand.bias();
    double acc = bias == null ? 0 : bias.get(0, output);
    for (int i = 0; i < operand.inputs(); i++) {
      acc = Math.fma((double) x.get(row, i), operand.weight().get(output, i), acc);
    }
    return acc;
  }

  @Override
  public double estimatedNanos(long rows) {
    double terms = (double) rows * operand.outputs() * operand.inputs();
    return terms * NANOS_PER_TERM / Math.clamp(rows * chunksPerRow, 1, pool.threads());
  }

  @Override
  public void prepare() {}

  @Override
  public Preparation preparation() {
    return Preparation.NONE;
  }

  @Override
  public String describe() {
    return "every product in float64";
  }

  @Override
  public void close() {}
}
