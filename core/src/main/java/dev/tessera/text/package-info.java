/// Text to tokens and back: vocabularies, pre-tokenizers, byte-pair encoding, and learning it.
@NullMarked
package dev.tessera.text;

import org.jspecify.annotations.NullMarked;
