/// `tessera bench`.
@NullMarked
package dev.tessera.benchmarks.command;

import org.jspecify.annotations.NullMarked;
