/// Byte-pair encoding: the tables, lookups and merge loops that `dev.tessera.text` encodes with.
@NullMarked
package dev.tessera.internal.bpe;

import org.jspecify.annotations.NullMarked;
