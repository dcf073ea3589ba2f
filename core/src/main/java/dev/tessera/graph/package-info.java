/// Graphs in compressed sparse rows, and what graph models read of them: hop aggregates by the
/// published normalisations; positional and structural encodings; and sequences of nodes, by
/// personalised PageRank, breadth-first search, sampled neighbours and random walks.
@NullMarked
package dev.tessera.graph;

import org.jspecify.annotations.NullMarked;
