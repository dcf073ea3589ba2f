/// Graphs in compressed sparse rows, and what graph models read of them: hop aggregates by the
/// published normalisations.
@NullMarked
package dev.tessera.graph;

import org.jspecify.annotations.NullMarked;
