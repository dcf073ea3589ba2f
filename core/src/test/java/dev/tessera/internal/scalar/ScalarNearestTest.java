package dev.tessera.internal.scalar;

import dev.tessera.kernel.NearestContract;

final class ScalarNearestTest extends NearestContract {
  ScalarNearestTest() {
    super("scalar");
  }
}
