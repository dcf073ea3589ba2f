/// The scalar backend: the specification that every other backend is tested against.
@NullMarked
package dev.tessera.internal.scalar;

import org.jspecify.annotations.NullMarked;
