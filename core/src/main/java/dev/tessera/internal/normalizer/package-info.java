/// What is done to text before it is cut into pieces, with word of which part of the original each
/// byte of the result stands for. Not for users.
@NullMarked
package dev.tessera.internal.normalizer;

import org.jspecify.annotations.NullMarked;
