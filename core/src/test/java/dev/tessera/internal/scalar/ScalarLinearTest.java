package dev.tessera.internal.scalar;

import dev.tessera.kernel.LinearContract;

final class ScalarLinearTest extends LinearContract {
  ScalarLinearTest() {
    super("scalar");
  }
}
