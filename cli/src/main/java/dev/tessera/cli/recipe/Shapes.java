package dev.tessera.cli.recipe;

import dev.tessera.io.FormatException;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Tensors of files as matrices and as tensors of three axes. Axes of size 1 in front do not count.
final class Shapes {
  private Shapes() {}

  static FloatMatrix matrix(Tensor tensor, Rounding rounding) throws IOException {
    long[] shape = lastAxes(tensor, 2);
    FloatMatrix flat = flat(tensor, rounding);
    return flat.rows() == shape[0] && flat.columns() == shape[1]
        ? flat
        : FloatMatrix.of(flat.segment(), shape[0], Math.toIntExact(shape[1]));
  }

  static FloatTensor tensor(Tensor tensor, Rounding rounding) throws IOException {
    long[] shape = lastAxes(tensor, 3);
    FloatMatrix flat = flat(tensor, rounding);
    if (!flat.isPacked()) {
      flat = FloatMatrix.of(flat.toArray(), Math.toIntExact(flat.rows()), flat.columns());
    }
    return FloatTensor.of(flat.segment(), shape[0], shape[1], Math.toIntExact(shape[2]));
  }

  static TokenIds ids(Tensor tensor) throws IOException {
    if (tensor.shape().length == 1) {
      return tensor.ids();
    }
    long[] shape = lastAxes(tensor, 2);
    TokenIds flat = tensor.shape().length == 2 ? tensor.ids() : tensor.flattenTrailing().ids();
    return TokenIds.of(flat.toArray(), Math.toIntExact(shape[0]), Math.toIntExact(shape[1]));
  }

  /// The rows of a matrix.
  static int rows(Tensor tensor) throws FormatException {
    return Math.toIntExact(lastAxes(tensor, 2)[0]);
  }

  /// As [#ids], but one axis is a row.
  static TokenIds idRows(Tensor tensor) throws IOException {
    TokenIds ids = ids(tensor);
    return tensor.shape().length == 1
        ? TokenIds.of(ids.segment(), 1, Math.toIntExact(ids.rows()))
        : ids;
  }

  /// Whether it holds numbers and not ids.
  static boolean isFloat(Tensor tensor) {
    return tensor.type().name().contains("F");
  }

  /// The rows of several, one behind the other.
  ///
  /// @param columns that each of them has
  static TokenIds stacked(List<TokenIds> parts, int columns) {
    int rows = Math.toIntExact(parts.stream().mapToLong(TokenIds::rows).sum());
    int[] all = new int[Math.multiplyExact(rows, columns)];
    int at = 0;
    for (TokenIds part : parts) {
      int[] elements = part.toArray();
      System.arraycopy(elements, 0, all, at, elements.length);
      at += elements.length;
    }
    return TokenIds.of(all, rows, columns);
  }

  private static FloatMatrix flat(Tensor tensor, Rounding rounding) throws IOException {
    return tensor.shape().length == 2
        ? tensor.floats(rounding)
        : tensor.flattenTrailing().floats(rounding);
  }

  /// The last axes; ones in front where there are fewer.
  private static long[] lastAxes(Tensor tensor, int count) throws FormatException {
    long[] shape = tensor.shape();
    long[] last = new long[count];
    Arrays.fill(last, 1);
    for (int i = 0; i < shape.length; i++) {
      int at = i + count - shape.length;
      if (at >= 0) {
        last[at] = shape[i];
      } else if (shape[i] != 1) {
        throw new FormatException(
            "%s: expected %d axes, found the shape %s"
                .formatted(tensor.source(), count, Axes.text(shape)));
      }
    }
    return last;
  }
}
