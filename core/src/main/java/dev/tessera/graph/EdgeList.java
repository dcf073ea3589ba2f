package dev.tessera.graph;

import dev.tessera.io.ElementType;
import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Edges as they are listed: from a source, whose features travel, to a target, which collects
/// them. Shares the memory it is made over; ids are checked when a graph is made.
public final class EdgeList {
  private final TokenIds sources;
  private final TokenIds targets;
  private final @Nullable FloatMatrix weights;

  private EdgeList(TokenIds sources, TokenIds targets, @Nullable FloatMatrix weights) {
    this.sources = sources;
    this.targets = targets;
    this.weights = weights;
  }

  /// Edges from two columns of ids.
  ///
  /// @param sources `[edges x 1]`
  /// @param targets `[edges x 1]`
  /// @param weights `[edges x 1]`; null where every weight is 1
  /// @throws IllegalArgumentException if the lengths differ, or there is more than one column
  public static EdgeList of(TokenIds sources, TokenIds targets, @Nullable FloatMatrix weights) {
    long edges = sources.rows();
    if (targets.rows() != edges || (weights != null && weights.rows() != edges)) {
      throw new IllegalArgumentException(
          "there are %d sources, %d targets%s"
              .formatted(
                  edges,
                  targets.rows(),
                  weights == null ? "" : " and " + weights.rows() + " weights"));
    }
    if (sources.columns() != 1
        || targets.columns() != 1
        || (weights != null && weights.columns() != 1)) {
      throw new IllegalArgumentException(
          "sources, targets and weights have one column each, not %d, %d and %d"
              .formatted(
                  sources.columns(), targets.columns(), weights == null ? 1 : weights.columns()));
    }
    return new EdgeList(sources, targets, weights);
  }

  /// Edges from two arrays.
  public static EdgeList of(int[] sources, int[] targets) {
    return of(TokenIds.of(sources), TokenIds.of(targets), null);
  }

  /// Weighted edges from three arrays.
  public static EdgeList of(int[] sources, int[] targets, float[] weights) {
    return of(
        TokenIds.of(sources), TokenIds.of(targets), FloatMatrix.of(weights, weights.length, 1));
  }

  /// Edges from pairs `[2 x edges]`, sources first, as PyTorch Geometric's `edge_index`, or else
  /// `[edges x 2]`; two pairs are read the first way. Integers of 32 and 64 bits are viewed, not
  /// copied.
  ///
  /// @throws FormatException if it has another shape, or holds no integers, or one that is no node
  ///   id: names its place
  public static EdgeList of(Tensor pairs, @Nullable FloatMatrix weights) throws FormatException {
    long[] shape = pairs.shape();
    boolean inRows = shape.length == 2 && shape[0] == 2;
    if (!inRows && (shape.length != 2 || shape[1] != 2)) {
      throw new FormatException(
          "%s: expected pairs of nodes [2 x edges] or [edges x 2], found the shape %s"
              .formatted(pairs.source(), Arrays.toString(shape)));
    }
    long edges = inRows ? shape[1] : shape[0];
    // Whether all sources stand side by side.
    boolean apart = inRows != pairs.isFortranOrder();
    long step = apart ? 1 : 2;
    long targetsFrom = apart ? edges : 1;
    boolean plain =
        pairs.byteOrder() == ByteOrder.nativeOrder()
            && (pairs.type() == ElementType.I32
                || (pairs.type() == ElementType.I64
                    && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN));
    if (plain) {
      return of(column(pairs, 0, edges, step), column(pairs, targetsFrom, edges, step), weights);
    }
    TokenIds ids = pairs.ids(); // row-major whatever the order was
    long rowStep = inRows ? 1 : 2;
    long from = inRows ? edges : 1;
    return of(
        view(ids.segment(), 0, edges, rowStep), view(ids.segment(), from, edges, rowStep), weights);
  }

  /// Ids of a vector `[n]`: a view where they have 32 or 64 bits.
  static TokenIds vector(Tensor vector) throws FormatException {
    if (vector.shape().length != 1) {
      throw new FormatException(
          "%s: expected one axis, found the shape %s"
              .formatted(vector.source(), Arrays.toString(vector.shape())));
    }
    boolean wide =
        vector.type() == ElementType.I64
            && vector.byteOrder() == ByteOrder.LITTLE_ENDIAN
            && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return wide ? column(vector, 0, vector.elements(), 1) : vector.ids();
  }

  /// Every `step`-th element of 32 or 64 bits from `first` on. Of the wide ones the lower halves
  /// are viewed, once it is known that they are all there is.
  private static TokenIds column(Tensor tensor, long first, long count, long step)
      throws FormatException {
    if (tensor.type() == ElementType.I32) {
      return view(tensor.segment(), first, count, step);
    }
    for (long i = 0; i < count; i++) {
      long element = first + i * step;
      long id = tensor.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, element * Long.BYTES);
      if (id != (int) id) {
        throw new FormatException(
            "%s: edge %d holds %d, which is no node id: those lie in [0, %d)"
                .formatted(tensor.source(), i, id, Integer.MAX_VALUE));
      }
    }
    return view(tensor.segment(), first * 2, count, step * 2);
  }

  private static TokenIds view(MemorySegment segment, long first, long count, long step) {
    long start = count == 0 ? 0 : first * Integer.BYTES;
    return TokenIds.of(segment.asSlice(start), count, 1, step);
  }

  /// The number of edges listed.
  public long size() {
    return sources.rows();
  }

  /// Whether each edge has a weight.
  public boolean isWeighted() {
    return weights != null;
  }

  /// The node that `edge` comes from.
  public int source(long edge) {
    return sources.get(edge);
  }

  /// The node that `edge` leads to.
  public int target(long edge) {
    return targets.get(edge);
  }

  /// The weight of `edge`.
  public float weight(long edge) {
    return weights == null ? 1f : weights.get(edge, 0);
  }

  /// The same edges turned round.
  public EdgeList reversed() {
    return new EdgeList(targets, sources, weights);
  }

  @Override
  public String toString() {
    return "EdgeList[" + size() + " edges]";
  }
}
