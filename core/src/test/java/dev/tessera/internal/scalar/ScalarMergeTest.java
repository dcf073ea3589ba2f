package dev.tessera.internal.scalar;

import dev.tessera.kernel.MergeContract;

final class ScalarMergeTest extends MergeContract {
  ScalarMergeTest() {
    super("scalar");
  }
}
