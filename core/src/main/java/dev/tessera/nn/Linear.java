package dev.tessera.nn;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelChoice;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A linear layer `y = activation(x W^T + b)`, within the bounds of [LinearKernel] on every
/// backend. Thread-safe.
///
/// The weights are packed on the first call of each backend that serves; [#close()] frees that
/// memory, and closing the `Tessera` that made the layer ends it, too.
public final class Linear implements AutoCloseable {
  private final LinearOperand operand;
  private final KernelChoice<LinearKernel> kernels;
  private final AtomicReference<@Nullable LinearCall> idleCall = new AtomicReference<>();

  private Linear(LinearOperand operand, KernelChoice<LinearKernel> kernels) {
    this.operand = operand;
    this.kernels = kernels;
  }

  /// A layer over opened backends.
  ///
  /// @param weight `[out x in]`, as torch stores it; not copied: it must neither change nor go
  ///   while the layer is used
  /// @param bias `[1 x out]`, likewise; null for none
  /// @throws IllegalArgumentException if there is no input or output, 2^31 outputs or more, or the
  ///   bias has another shape
  public static Linear of(
      Backends backends, FloatMatrix weight, @Nullable FloatMatrix bias, Activation activation) {
    if (weight.rows() < 1 || weight.columns() < 1) {
      throw new IllegalArgumentException(
          "a linear layer has at least 1 output and 1 input, not weights [%d x %d]"
              .formatted(weight.rows(), weight.columns()));
    }
    if (weight.rows() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a linear layer has at most %d outputs, not %d"
              .formatted(Integer.MAX_VALUE, weight.rows()));
    }
    if (bias != null && (bias.rows() != 1 || bias.columns() != weight.rows())) {
      throw new IllegalArgumentException(
          "weights [%d x %d] go with a bias [1 x %d], not [%d x %d]"
              .formatted(
                  weight.rows(), weight.columns(), weight.rows(), bias.rows(), bias.columns()));
    }
    LinearOperand operand = new LinearOperand(weight, bias, activation);
    return new Linear(
        operand,
        new KernelChoice<>(
            backends.serving(), "this linear layer", backend -> backend.linear(operand)));
  }

  /// The number of columns that it takes.
  public int inputs() {
    return operand.inputs();
  }

  /// The number of columns that it gives.
  public int outputs() {
    return operand.outputs();
  }

  /// What becomes of each sum.
  public Activation activation() {
    return operand.activation();
  }

  /// `[n x in] -> [n x out]`, in new memory outside the heap.
  ///
  /// @throws IllegalArgumentException if x has other columns
  public FloatMatrix apply(FloatMatrix x) {
    checkInputs(x.columns());
    FloatMatrix y = FloatMatrix.allocate(x.rows(), outputs());
    apply(x, y);
    return y;
  }

  /// As [#apply(FloatMatrix)], for a batch: `[b x n x in] -> [b x n x out]`.
  ///
  /// @throws IllegalArgumentException if x has other columns
  public FloatTensor apply(FloatTensor x) {
    checkInputs(x.third());
    FloatTensor y = FloatTensor.allocate(x.first(), x.second(), outputs());
    if (x.isPacked()) {
      apply(Batches.rows(x), Batches.rows(y));
    } else {
      for (long i = 0; i < x.first(); i++) {
        apply(x.atFirst(i), y.atFirst(i));
      }
    }
    return y;
  }

  /// As [#apply(FloatMatrix)], into the caller's memory.
  ///
  /// @param y `[n x out]`, written; does not overlap x
  /// @throws IllegalArgumentException if x or y has another shape
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public void apply(FloatMatrix x, FloatMatrix y) {
    checkInputs(x.columns());
    if (y.rows() != x.rows() || y.columns() != outputs()) {
      throw new IllegalArgumentException(
          "%d rows through a layer of %d outputs need a result [%d x %d], not [%d x %d]"
              .formatted(x.rows(), outputs(), x.rows(), outputs(), y.rows(), y.columns()));
    }
    LinearCall idle = idleCall.getAndSet(null);
    LinearCall call = idle == null ? new LinearCall() : idle;
    call.begin(x, y);
    try {
      kernels.call(x.rows(), call, call);
    } finally {
      call.end();
      idleCall.set(call);
    }
  }

  private void checkInputs(int columns) {
    if (columns != inputs()) {
      throw new IllegalArgumentException(
          "x has %d columns, the layer has %d inputs".formatted(columns, inputs()));
    }
  }

  /// Packs the weights now for every backend, instead of on the first call.
  public void prepare() {
    kernels.prepare();
  }

  /// Which backends served the calls so far, at what rate, and why others did not.
  public KernelReport report() {
    return kernels.report();
  }

  /// Frees what the backends allocated for this layer. Closing twice does nothing.
  @Override
  public void close() {
    kernels.close();
  }
}
