package dev.tessera.graph;

/// In which order the nodes of greatest weight are listed.
public enum WeightOrder {
  /// The greatest weight first; of equal weights the lowest node.
  DESCENDING,

  /// The same list read backwards, as GQT's sequences are: the greatest weight last.
  ASCENDING
}
