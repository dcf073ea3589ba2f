package dev.tessera.encoders;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.tessera.io.FormatException;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// An input or output of a network that takes or gives float32.
///
/// @param shape -1 for an axis of any size
@SuppressWarnings("ArrayRecordComponent") // never compared
record OnnxPort(String name, long[] shape) {
  static final long ANY = -1;

  /// The port of a name, or the only one.
  ///
  /// @param kind as messages call it, `input` or `output`
  /// @throws FormatException if there is none, or another is meant, or it is no float32 tensor
  static OnnxPort of(String file, String kind, Map<String, NodeInfo> ports, @Nullable String wanted)
      throws FormatException {
    if (wanted == null && ports.size() != 1) {
      throw new FormatException(
          "%s: expected one %s, found %d (%s); name the one to take"
              .formatted(file, kind, ports.size(), String.join(", ", ports.keySet())));
    }
    String name = wanted == null ? ports.keySet().iterator().next() : wanted;
    NodeInfo port = ports.get(name);
    if (port == null) {
      throw new FormatException(
          "%s: expected an %s '%s', found %s"
              .formatted(file, kind, name, String.join(", ", ports.keySet())));
    }
    if (!(port.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT)) {
      throw new FormatException(
          "%s: expected float32 at the %s '%s', found %s"
              .formatted(file, kind, name, port.getInfo()));
    }
    return new OnnxPort(name, tensor.getShape());
  }

  /// Whether a tensor of another shape fits.
  boolean takes(long... other) {
    if (other.length != shape.length) {
      return false;
    }
    for (int i = 0; i < other.length; i++) {
      if (shape[i] != ANY && shape[i] != other[i]) {
        return false;
      }
    }
    return true;
  }

  /// As in `pixels [1 x 3 x ? x ?]`.
  @Override
  public String toString() {
    return name + " " + shown(shape);
  }

  static String shown(long... shape) {
    StringJoiner axes = new StringJoiner(" x ", "[", "]");
    for (long size : shape) {
      axes.add(size == ANY ? "?" : Long.toString(size));
    }
    return axes.toString();
  }
}
