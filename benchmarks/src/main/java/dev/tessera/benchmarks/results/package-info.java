/// Files of benchmark results: what was measured, on which machine, by whom.
@NullMarked
package dev.tessera.benchmarks.results;

import org.jspecify.annotations.NullMarked;
