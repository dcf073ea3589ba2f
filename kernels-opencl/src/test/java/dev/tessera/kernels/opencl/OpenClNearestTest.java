package dev.tessera.kernels.opencl;

import dev.tessera.kernel.NearestContract;
import org.junit.jupiter.api.Tag;

/// The contract on the best device, with the screen that suits it.
@Tag("opencl")
final class OpenClNearestTest extends NearestContract {
  OpenClNearestTest() {
    super("opencl");
  }
}
