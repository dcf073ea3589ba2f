/// Properties of characters, baked at one Unicode version so that pieces of text do not depend on
/// the JVM's. Not for users: exported to this project's kernels alone.
@NullMarked
package dev.tessera.internal.unicode;

import org.jspecify.annotations.NullMarked;
