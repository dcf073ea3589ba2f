/// Whether new code is slower than old code, beyond noise.
@NullMarked
package dev.tessera.benchmarks.gate;

import org.jspecify.annotations.NullMarked;
