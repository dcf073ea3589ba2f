/// Text to token ids and back: byte-pair encodings, exact to their reference implementations.
@NullMarked
package dev.tessera.text;

import org.jspecify.annotations.NullMarked;
