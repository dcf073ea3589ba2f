/// What the machine itself can do at most: the roof over every result.
@NullMarked
package dev.tessera.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
