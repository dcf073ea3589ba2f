/// The page that shows result files.
@NullMarked
package dev.tessera.benchmarks.page;

import org.jspecify.annotations.NullMarked;
