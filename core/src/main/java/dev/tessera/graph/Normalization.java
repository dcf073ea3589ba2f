package dev.tessera.graph;

import dev.tessera.kernel.HopOperand.Aggregation;

/// How a hop puts a node's neighbours together: over the matrix `A` of a [Graph], in whose row i
/// the entry `a_ij` is the weight of the edge from j, with the row sum `r_i = sum_j a_ij` (the
/// weighted in-degree) and the column sum `c_j = sum_i a_ij` (the weighted out-degree).
///
/// Sums of weights are taken in float64, edges in the order of the rows; without weights they are
/// counts. A degree that is not above zero, as that of an isolated node or where negative weights
/// prevail, gives its edges the weight 0. A factor is rounded to float32 once, and once more where
/// it is multiplied by an edge's weight. What [HopAggregator] then sums, and in which order, is
/// [dev.tessera.kernel.HopOperand.Aggregation].
///
/// @param mode the rule
/// @param selfLoops what becomes of self loops before anything is counted
/// @param degrees which degrees [Mode#SYMMETRIC] means where the graph is directed
/// @param transposed whether the graph is turned round before all else
public record Normalization(Mode mode, SelfLoops selfLoops, Degrees degrees, boolean transposed) {
  /// `D^-1/2 A D^-1/2`, as GCN, SIGN, LLaGA and NAGphormer take it.
  public static final Normalization SYMMETRIC = of(Mode.SYMMETRIC);

  /// `D^-1 A`: what a random walker on its way out meets.
  public static final Normalization ROW = of(Mode.ROW);

  /// `A D^-1`: each node gives itself away once.
  public static final Normalization COLUMN = of(Mode.COLUMN);

  /// `A` as it is.
  public static final Normalization SUM = of(Mode.SUM);

  /// The mean over a node's edges.
  public static final Normalization MEAN = of(Mode.MEAN);

  /// The maximum over a node's edges.
  public static final Normalization MAX = of(Mode.MAX);

  /// The rules.
  public enum Mode {
    /// The weight `a_ij * (float) (1 / Math.sqrt(d_i * d_j))`, the degrees by [Degrees]; summed.
    SYMMETRIC(Aggregation.SUM),

    /// The weight `a_ij * (float) (1 / r_i)`; summed.
    ROW(Aggregation.SUM),

    /// The weight `a_ij * (float) (1 / c_j)`; summed.
    COLUMN(Aggregation.SUM),

    /// The weight `a_ij`; summed.
    SUM(Aggregation.SUM),

    /// The weight `a_ij`; summed and divided by the row's number of edges. 0 without edges.
    MEAN(Aggregation.MEAN),

    /// The greatest `a_ij * x_j`. 0 without edges.
    MAX(Aggregation.MAX);

    private final Aggregation aggregation;

    Mode(Aggregation aggregation) {
      this.aggregation = aggregation;
    }

    /// How the weighted messages of a row become one.
    public Aggregation aggregation() {
      return aggregation;
    }
  }

  /// The degrees of the symmetric rule. On an undirected graph all three are the same.
  public enum Degrees {
    /// `d_i = r_i, d_j = c_j`: `D_in^-1/2 A D_out^-1/2`, as rows list the sources of edges.
    OWN,

    /// `d_i = c_i, d_j = r_j`: crossed, as NAGphormer's code has it where an edge list went into
    /// the matrix sources first.
    CROSSED,

    /// `d_i = r_i, d_j = r_j`: in-degrees at both ends, as in PyTorch Geometric's `gcn_norm`, and
    /// so in LLaGA.
    ROWS
  }

  private static Normalization of(Mode mode) {
    return new Normalization(mode, SelfLoops.KEEP, Degrees.OWN, false);
  }

  /// This rule over `A + I`: [SelfLoops#ADD].
  public Normalization withSelfLoops() {
    return withSelfLoops(SelfLoops.ADD);
  }

  /// This rule with self loops treated so first.
  public Normalization withSelfLoops(SelfLoops other) {
    return new Normalization(mode, other, degrees, transposed);
  }

  /// This rule with other degrees.
  public Normalization withDegrees(Degrees other) {
    return new Normalization(mode, selfLoops, other, transposed);
  }

  /// This rule over the graph turned round, or again the right way.
  public Normalization turned() {
    return new Normalization(mode, selfLoops, degrees, !transposed);
  }
}
