package dev.tessera.kernels.opencl;

import dev.tessera.graph.DebianContract;
import org.junit.jupiter.api.Tag;

@Tag("opencl")
final class OpenClDebianTest extends DebianContract {
  OpenClDebianTest() {
    super("opencl");
  }
}
