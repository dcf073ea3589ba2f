/// Where the pieces of the published patterns end, each pattern as a scanner written by hand: what
/// the scalar specification runs, and the vector kernels where their windows decide nothing. Not
/// for users: exported to this project's kernels alone.
@NullMarked
package dev.tessera.internal.split;

import org.jspecify.annotations.NullMarked;
