/// JMH suites: the backends against each other and against their peers.
@NullMarked
package dev.tessera.benchmarks;

import org.jspecify.annotations.NullMarked;
