package dev.tessera.graph;

import dev.tessera.io.ElementType;
import dev.tessera.io.FormatException;
import dev.tessera.io.Npy;
import dev.tessera.io.Npz;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads graphs from files, told by the name:
///
/// * `GRAPH.npz`: a square sparse matrix as `scipy.sparse.save_npz` writes it, in CSR, CSC or COO;
///   row v of the matrix is row v of the graph.
/// * `GRAPH.npy`: pairs `[2 x edges]`, sources above targets (PyTorch Geometric's `edge_index`), or
///   `[edges x 2]`.
/// * Any other file: a text of edges, `source target` or `source target weight` a line, separated
///   by spaces, tabs, commas or semicolons; `#` and `%` begin comments.
/// * `PREFIX`, where `PREFIX_indptr.npy` and `PREFIX_indices.npy` are the parts of a CSR matrix,
///   and `PREFIX_weights.npy` its weights, if there is such a file.
///
/// Parts of a CSR matrix that lie in the file as a [Graph] wants them are mapped, not copied.
/// Weights that are all 1 are left out, which changes no result.
public final class GraphFile {
  private static final String POINTERS = "_indptr.npy";
  private static final String COLUMNS = "_indices.npy";
  private static final String WEIGHTS = "_weights.npy";

  private final String name;
  private final GraphOptions options;
  private final Rounding rounding;

  private GraphFile(String name, GraphOptions options, Rounding rounding) {
    this.name = name;
    this.options = options;
    this.rounding = rounding;
  }

  /// Reads a graph; weights that float32 cannot hold are refused.
  ///
  /// @throws FormatException as the other `load`
  public static Graph load(Path graph, GraphOptions options) throws IOException {
    return load(graph, options, Rounding.EXACT);
  }

  /// Reads a graph.
  ///
  /// @param options what becomes of repeated edges and self loops, also those of a matrix; whether
  ///   the matrix is made symmetric; the number of nodes, which for a matrix is known
  /// @param rounding what becomes of weights that float32 cannot hold
  /// @throws FormatException if the file is not what it must be: names the place
  public static Graph load(Path graph, GraphOptions options, Rounding rounding) throws IOException {
    GraphFile file = new GraphFile(graph.toString(), options, rounding);
    String lower = graph.toString().toLowerCase(Locale.ROOT);
    try {
      if (Files.isRegularFile(graph)) {
        if (lower.endsWith(".npz")) {
          return file.matrix(Npz.open(graph));
        }
        EdgeList edges =
            lower.endsWith(".npy")
                ? EdgeList.of(Npy.open(graph), null)
                : EdgeListText.read(graph, options.threads());
        return withoutOnes(Graph.of(edges, options));
      }
      Path pointers = Path.of(graph + POINTERS);
      Path columns = Path.of(graph + COLUMNS);
      Path weights = Path.of(graph + WEIGHTS);
      if (!Files.exists(pointers) || !Files.exists(columns)) {
        throw new NoSuchFileException(
            graph.toString(),
            null,
            "there is neither such a file nor " + pointers + " with " + columns.getFileName());
      }
      return file.rows(
          Npy.open(pointers),
          Npy.open(columns),
          Files.exists(weights) ? Npy.open(weights) : null,
          false);
    } catch (IllegalArgumentException e) {
      throw new FormatException(graph + ": " + e.getMessage(), e);
    }
  }

  private Graph matrix(Npz file) throws IOException {
    List<String> names = file.names();
    String format = file.text("format");
    Tensor data = names.contains("data") ? file.tensor("data") : null;
    long[] shape = longs(file.tensor("shape"));
    if (shape.length != 2 || shape[0] != shape[1] || shape[0] > Integer.MAX_VALUE) {
      throw new FormatException(
          "%s: expected a square matrix of less than 2^31 rows, found the shape %s"
              .formatted(name, Arrays.toString(shape)));
    }
    int nodes = (int) shape[0];
    checkNodes(nodes);
    return switch (format) {
      case "csr", "csc" -> {
        Tensor pointers = file.tensor("indptr");
        if (pointers.elements() != nodes + 1L) {
          throw new FormatException(
              "%s: expected %d row pointers for %d rows, found %d"
                  .formatted(name, nodes + 1L, nodes, pointers.elements()));
        }
        yield rows(pointers, file.tensor("indices"), data, format.equals("csc"));
      }
      case "coo" ->
          withoutOnes(
              Graph.of(
                  EdgeList.of(
                      EdgeList.vector(file.tensor("col")),
                      EdgeList.vector(file.tensor("row")),
                      data == null ? null : weights(data)),
                  options.withNodes(nodes)));
      default ->
          throw new FormatException(
              name
                  + ": expected the format csr, csc or coo, found "
                  + FormatException.quote(format));
    };
  }

  private Graph rows(Tensor pointers, Tensor columns, @Nullable Tensor data, boolean byColumn)
      throws IOException {
    FloatMatrix weights = data == null ? null : weights(data);
    Graph read =
        CsrCheck.check(
            pointers(pointers),
            vector(columns).ids().segment(),
            weights == null ? null : weights.segment(),
            options.threads());
    checkNodes(read.nodes());
    Graph graph = byColumn ? read.transposed(options.threads()) : read;
    if (options.undirected()) {
      return withoutOnes(Graph.of(graph.edgeList(), options.withNodes(graph.nodes())));
    }
    if (!graph.isSorted() && options.duplicates() != Duplicates.KEEP) {
      graph = graph.transposed(options.threads()).transposed(options.threads());
    }
    return withoutOnes(
        RowEdit.edit(graph, options.selfLoops(), options.duplicates(), options.threads()));
  }

  private void checkNodes(int nodes) throws FormatException {
    if (options.nodes() != GraphOptions.FROM_EDGES && options.nodes() != nodes) {
      throw new FormatException(
          "%s: expected %d nodes, found %d".formatted(name, options.nodes(), nodes));
    }
  }

  private static Tensor vector(Tensor tensor) throws FormatException {
    if (tensor.shape().length != 1) {
      throw new FormatException(
          "%s: expected one axis, found the shape %s"
              .formatted(tensor.source(), Arrays.toString(tensor.shape())));
    }
    return tensor;
  }

  /// Row pointers in int64: the file's own where it holds them so.
  private static MemorySegment pointers(Tensor tensor) throws FormatException {
    if (vector(tensor).type() == ElementType.I64 && tensor.byteOrder() == ByteOrder.nativeOrder()) {
      return tensor.segment();
    }
    return MemorySegment.ofArray(longs(tensor));
  }

  /// A vector of integers.
  private static long[] longs(Tensor tensor) throws FormatException {
    if (vector(tensor).elements() > Integer.MAX_VALUE - 8) {
      throw new FormatException(
          "%s: expected less than 2^31 integers, found %d"
              .formatted(tensor.source(), tensor.elements()));
    }
    long[] values = new long[(int) tensor.elements()];
    if (tensor.type() == ElementType.I64) {
      ValueLayout.OfLong layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(tensor.byteOrder());
      MemorySegment.copy(tensor.segment(), layout, 0, values, 0, values.length);
    } else {
      MemorySegment ids = tensor.ids().segment();
      for (int i = 0; i < values.length; i++) {
        values[i] = ids.get(ValueLayout.JAVA_INT_UNALIGNED, i * (long) Integer.BYTES);
      }
    }
    return values;
  }

  /// Weights `[edges x 1]`; truth values count as 1 and 0.
  private FloatMatrix weights(Tensor data) throws FormatException {
    if (vector(data).type() != ElementType.BOOL) {
      return data.flattenTrailing().floats(rounding);
    }
    FloatMatrix weights = FloatMatrix.allocate(data.elements(), 1);
    for (long edge = 0; edge < weights.rows(); edge++) {
      boolean set = data.segment().get(ValueLayout.JAVA_BYTE, edge) != 0;
      weights.set(edge, 0, set ? 1 : 0);
    }
    return weights;
  }

  private static Graph withoutOnes(Graph graph) {
    for (long edge = 0; edge < graph.edges(); edge++) {
      if (graph.weight(edge) != 1) {
        return graph;
      }
    }
    return new Graph(
        graph.rowPointers(), graph.columns(), null, graph.nodes(), graph.edges(), graph.isSorted());
  }
}
