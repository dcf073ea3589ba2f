package dev.tessera.internal.scalar;

import dev.tessera.kernel.CompositeContract;

final class ScalarCompositeTest extends CompositeContract {
  ScalarCompositeTest() {
    super("scalar");
  }
}
