/// Learning merge rules: counting the distinct words of a corpus, then joining their most frequent
/// pairs of symbols, one pair after the other.
@NullMarked
package dev.tessera.internal.bpe.training;

import org.jspecify.annotations.NullMarked;
