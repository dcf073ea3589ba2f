package dev.tessera.internal.scalar;

import dev.tessera.kernel.SplitContract;

final class ScalarSplitTest extends SplitContract {
  ScalarSplitTest() {
    super("scalar");
  }
}
