package dev.tessera.nn;

import dev.tessera.io.FormatException;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorFile;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tensors of a checkpoint by their published names, with the shapes that a layer expects of
/// them. What a file holds as float32 is viewed, other floats are converted; float64 that is not
/// exact in float32 is refused.
public final class Weights {
  /// Where tensors come from.
  private interface Source {
    List<String> names();

    @Nullable Tensor find(String name) throws IOException;
  }

  private final Source source;
  private final String prefix;

  private Weights(Source source, String prefix) {
    this.source = source;
    this.prefix = prefix;
  }

  /// The tensors of a map.
  public static Weights of(Map<String, Tensor> tensors) {
    Map<String, Tensor> copy = Map.copyOf(tensors);
    return new Weights(
        new Source() {
          @Override
          public List<String> names() {
            return copy.keySet().stream().sorted().toList();
          }

          @Override
          public @Nullable Tensor find(String name) {
            return copy.get(name);
          }
        },
        "");
  }

  /// The tensors of a file.
  public static Weights of(TensorFile file) {
    List<String> names = file.names();
    return new Weights(
        new Source() {
          @Override
          public List<String> names() {
            return names;
          }

          @Override
          public @Nullable Tensor find(String name) throws IOException {
            return names.contains(name) ? file.tensor(name) : null;
          }
        },
        "");
  }

  /// The tensors whose names begin with `more`, by what follows: `under("encoder.layer.0.")`.
  public Weights under(String more) {
    return new Weights(source, prefix + more);
  }

  /// The names under the prefix, without it.
  public List<String> names() {
    return source.names().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /// Whether there is such a tensor.
  public boolean has(String name) {
    return source.names().contains(prefix + name);
  }

  /// The tensor called `name`, as it is.
  ///
  /// @throws FormatException if there is none: names it, and those that there are
  public Tensor tensor(String name) throws IOException {
    Tensor found = source.find(prefix + name);
    if (found == null) {
      throw new FormatException(
          "expected a tensor called %s, found %s"
              .formatted(FormatException.quote(prefix + name), listed()));
    }
    return found;
  }

  private String listed() {
    int most = 40;
    List<String> names = source.names();
    if (names.isEmpty()) {
      return "none";
    }
    String shown =
        String.join(", ", names.stream().limit(most).map(FormatException::quote).toList());
    return names.size() > most ? shown + " and " + (names.size() - most) + " more" : shown;
  }

  /// A matrix of any shape.
  ///
  /// @throws FormatException if there is none, or it has not two axes
  public FloatMatrix matrix(String name) throws IOException {
    return tensor(name).floats();
  }

  /// A matrix `[rows x columns]`; axes of size 1 in front are left out, as in BLIP-2's query tokens
  /// `[1 x 32 x 768]`.
  ///
  /// @throws FormatException if there is none, or it has another shape
  public FloatMatrix matrix(String name, long rows, int columns) throws IOException {
    return shaped(name, rows, columns);
  }

  /// A vector of `length` elements, `[1 x length]`.
  ///
  /// @throws FormatException if there is none, or it has another shape
  public FloatMatrix vector(String name, int length) throws IOException {
    return shaped(name, 1, length);
  }

  private FloatMatrix shaped(String name, long rows, int columns) throws IOException {
    Tensor tensor = tensor(name);
    long[] shape = tensor.shape();
    int first = 0;
    while (first < shape.length - 1 && shape[first] == 1) {
      first++;
    }
    long[] kept = Arrays.copyOfRange(shape, first, shape.length);
    boolean fits =
        rows == 1
            ? kept.length == 1 && kept[0] == columns
            : kept.length == 2 && kept[0] == rows && kept[1] == columns;
    if (!fits) {
      throw new FormatException(
          "%s: expected %s with the shape %s, found %s"
              .formatted(
                  tensor.source(),
                  FormatException.quote(prefix + name),
                  rows == 1 ? "[" + columns + "]" : "[" + rows + " x " + columns + "]",
                  shapeText(shape)));
    }
    if (kept.length == 2 && first == 0) {
      return tensor.floats(Rounding.EXACT);
    }
    FloatMatrix flat = tensor.flattenTrailing().floats(Rounding.EXACT);
    return FloatMatrix.of(flat.segment(), rows, columns);
  }

  private static String shapeText(long[] shape) {
    return "[" + String.join(" x ", Arrays.stream(shape).mapToObj(Long::toString).toList()) + "]";
  }

  /// The layer of `name.weight [outputs x inputs]` and `name.bias [outputs]`.
  ///
  /// @throws FormatException if one of them is missing or has another shape
  public Linear linear(
      Backends backends, String name, int inputs, int outputs, Activation activation)
      throws IOException {
    return Linear.of(
        backends,
        matrix(name + ".weight", outputs, inputs),
        vector(name + ".bias", outputs),
        activation);
  }

  /// The norm of `name.weight [columns]` and `name.bias [columns]`.
  ///
  /// @throws FormatException if one of them is missing or has another shape
  public LayerNorm layerNorm(String name, int columns, double eps) throws IOException {
    return LayerNorm.of(vector(name + ".weight", columns), vector(name + ".bias", columns), eps);
  }
}
