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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// The tensors of a checkpoint by their published names, with the shapes that a layer expects of
/// them. What a file holds as float32 is viewed, other floats are converted; float64 that is not
/// exact in float32 is refused.
public final class Weights {
  /// Opens a tensor that there is.
  private interface Source {
    Tensor open(String name) throws IOException;
  }

  private final Set<String> all;
  private final Source source;
  private final String prefix;

  /// @param all the whole names, in the order in which they are listed
  private Weights(Set<String> all, Source source, String prefix) {
    this.all = all;
    this.source = source;
    this.prefix = prefix;
  }

  /// The tensors of a map.
  public static Weights of(Map<String, Tensor> tensors) {
    Map<String, Tensor> copy = new TreeMap<>(tensors);
    return new Weights(copy.keySet(), name -> Objects.requireNonNull(copy.get(name)), "");
  }

  /// The tensors of a file.
  public static Weights of(TensorFile file) {
    return new Weights(new LinkedHashSet<>(file.names()), file::tensor, "");
  }

  /// The tensors whose names begin with `more`, by what follows: `under("encoder.layer.0.")`.
  public Weights under(String more) {
    return new Weights(all, source, prefix + more);
  }

  /// The names under the prefix, without it.
  public List<String> names() {
    return all.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /// Whether there is such a tensor.
  public boolean has(String name) {
    return all.contains(prefix + name);
  }

  /// The tensor called `name`, as it is.
  ///
  /// @throws FormatException if there is none: names it, and those that there are
  public Tensor tensor(String name) throws IOException {
    if (!has(name)) {
      throw new FormatException(
          "expected a tensor called %s, found %s"
              .formatted(FormatException.quote(prefix + name), listed()));
    }
    return source.open(prefix + name);
  }

  private String listed() {
    int most = 40;
    if (all.isEmpty()) {
      return "none";
    }
    String shown = String.join(", ", all.stream().limit(most).map(FormatException::quote).toList());
    return all.size() > most ? shown + " and " + (all.size() - most) + " more" : shown;
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
