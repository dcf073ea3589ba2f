/// Tokenization kernels for the JVM: [dev.tessera.Tessera] opens backends and hands out operations.
@NullMarked
package dev.tessera;

import org.jspecify.annotations.NullMarked;
