package dev.tessera.internal.scalar;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelProvider;

/// The scalar backend: always there.
public final class ScalarProvider implements KernelProvider {
  /// For `ServiceLoader`.
  public ScalarProvider() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Availability probe() {
    return new Availability.Available("plain loops, the specification");
  }

  @Override
  public Backend open(BackendOptions options) {
    return new ScalarBackend(options);
  }
}
