package dev.tessera.internal.scalar;

import dev.tessera.kernel.HopContract;

final class ScalarHopTest extends HopContract {
  ScalarHopTest() {
    super("scalar");
  }
}
