package dev.tessera.kernels.opencl;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CompositeContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/// The contract on the best device, by the provider that `ServiceLoader` finds.
@Tag("opencl")
final class OpenClCompositeTest extends CompositeContract {
  private static final LastingBackends DEVICE = new LastingBackends();

  OpenClCompositeTest() {
    super("opencl");
  }

  @Override
  protected Backends open(BackendOptions options) {
    return Backends.open("opencl", options, List.of(DEVICE));
  }

  @AfterAll
  static void close() {
    DEVICE.close();
  }
}
