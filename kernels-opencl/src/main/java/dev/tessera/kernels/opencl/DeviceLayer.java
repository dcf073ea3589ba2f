package dev.tessera.kernels.opencl;

import dev.tessera.kernel.LinearOperand;
import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// A linear layer's weights in the device's memory, as the host has them, and its program. Not
/// thread-safe.
final class DeviceLayer implements AutoCloseable {
  private final LinearOperand operand;
  private final Buffer weight;
  private final Buffer bias;
  private final LinearProgram program;
  private volatile boolean closed;

  /// Puts a layer on the device, within [Session#run].
  DeviceLayer(Session session, LinearOperand operand, DeviceTimes times) {
    this.operand = operand;
    Context context = session.context();
    program = new LinearProgram(context, operand.activation());
    Buffer madeWeight = null;
    Buffer madeBias = null;
    boolean filled = false;
    try {
      madeWeight = context.newBuffer(weightBytes(operand));
      madeBias = context.newBuffer((long) operand.outputs() * Float.BYTES);
      upload(session, operand.weight(), madeWeight, times);
      FloatMatrix given = operand.bias();
      if (given != null) {
        upload(session, given, madeBias, times);
      }
      filled = true;
    } finally {
      if (!filled) {
        program.close();
        close(madeWeight);
        close(madeBias);
      }
    }
    weight = madeWeight;
    bias = madeBias;
  }

  private static void close(@Nullable Buffer buffer) {
    if (buffer != null) {
      buffer.close();
    }
  }

  private static void upload(
      Session session, FloatMatrix matrix, Buffer buffer, DeviceTimes times) {
    RowStream.run(session, new UploadJob(session, matrix, buffer), matrix.rows(), times);
  }

  /// Device memory that the weights take, in bytes.
  static long weightBytes(LinearOperand operand) {
    return (long) operand.outputs() * operand.inputs() * Float.BYTES;
  }

  LinearOperand operand() {
    return operand;
  }

  LinearProgram program() {
    return program;
  }

  /// `[outputs x inputs]`.
  Buffer weight() {
    return weight;
  }

  /// `[outputs]`; holds anything where there is no bias.
  Buffer bias() {
    return bias;
  }

  /// Device memory held, in bytes.
  long bytes() {
    return weight.bytes() + bias.bytes();
  }

  /// Whether it has left the device, to make room for others.
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      program.close();
      weight.close();
      bias.close();
    }
  }
}
