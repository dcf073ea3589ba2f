/// What a backend implements: [dev.tessera.kernel.KernelProvider] finds it,
/// [dev.tessera.kernel.Backend] prepares an operand (a codebook, a merge table, a graph) once, and
/// the prepared kernel then serves calls from any thread.
///
/// Applications use the operations that `dev.tessera.Tessera` hands out; this package is for those
/// who write a backend, and for asking which backend ran and why.
@NullMarked
package dev.tessera.kernel;

import org.jspecify.annotations.NullMarked;
