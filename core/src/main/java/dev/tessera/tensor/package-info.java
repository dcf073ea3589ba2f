/// Matrices and token ids over heap or native memory: shapes are checked once, sizes are `long`,
/// views share memory.
@NullMarked
package dev.tessera.tensor;

import org.jspecify.annotations.NullMarked;
