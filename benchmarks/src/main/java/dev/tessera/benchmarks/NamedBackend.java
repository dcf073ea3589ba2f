package dev.tessera.benchmarks;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernels.simd.DenseScreenProvider;
import java.util.List;

/// Opens a backend by its name, that of [DenseScreenProvider] included, which only benchmarks know.
final class NamedBackend {
  private NamedBackend() {}

  /// Opens it, and nothing else.
  ///
  /// @throws dev.tessera.kernel.KernelException if it is unavailable
  static Backends open(String name, int threads) {
    BackendOptions options = new BackendOptions(threads);
    return name.equals(DenseScreenProvider.NAME)
        ? Backends.open(name, options, List.of(new DenseScreenProvider()))
        : Backends.open(name, options);
  }
}
