package dev.tessera.graph;

/// What becomes of the edges from a node to itself. A loop that comes new stands before the first
/// neighbour with a greater id.
public enum SelfLoops {
  /// They stay as they are.
  KEEP,

  /// They go.
  REMOVE,

  /// `A + I`: each node gets one of weight 1; a loop that is there becomes heavier by 1 instead
  /// (the first of several), and so gives an unweighted graph weights.
  ADD,

  /// Each node has exactly one, of weight 1, whatever it had.
  SET,

  /// Each node that has none gets one of weight 1; the others stay (PyTorch Geometric's
  /// `add_remaining_self_loops`).
  FILL
}
