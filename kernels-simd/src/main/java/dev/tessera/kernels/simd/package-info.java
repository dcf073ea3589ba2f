/// Kernels on the Vector API.
@NullMarked
package dev.tessera.kernels.simd;

import org.jspecify.annotations.NullMarked;
