package dev.tessera.benchmarks;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernels.simd.DenseScreenProvider;
import dev.tessera.kernels.simd.PlainHopsProvider;
import java.util.List;

/// Opens a backend by its name, those of [DenseScreenProvider] and [PlainHopsProvider] included,
/// which only benchmarks know.
final class NamedBackend {
  private NamedBackend() {}

  /// Opens it, and nothing else.
  ///
  /// @throws dev.tessera.kernel.KernelException if it is unavailable
  static Backends open(String name, int threads) {
    BackendOptions options = new BackendOptions(threads);
    return switch (name) {
      case DenseScreenProvider.NAME ->
          Backends.open(name, options, List.of(new DenseScreenProvider()));
      case PlainHopsProvider.NAME -> Backends.open(name, options, List.of(new PlainHopsProvider()));
      default -> Backends.open(name, options);
    };
  }
}
