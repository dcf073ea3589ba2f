package dev.tessera.kernels.simd;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelProvider;

/// The provider of the SIMD backend: kernels on the Vector API.
///
/// It says no where vector code would be absent or run a hundred times slower than plain loops:
/// without the module jdk.incubator.vector, without the C2 compiler, without fused multiply-add in
/// hardware. No vector class is loaded before those checks have passed.
public final class SimdKernelProvider implements KernelProvider {
  /// For `ServiceLoader`.
  public SimdKernelProvider() {}

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Availability probe() {
    return VectorRuntime.probe();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new SimdBackend(options);
  }
}
