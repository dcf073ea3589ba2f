package dev.tessera.text;

import dev.tessera.internal.bpe.VectorTrial;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.PieceProbe;
import org.jspecify.annotations.Nullable;

/// What looks pieces up in the caches of one vocabulary: plain loops, and a backend's vector code
/// once that is faster. Thread-safe.
final class PieceLookups {
  private final @Nullable Backend backend;
  final VectorTrial trial = new VectorTrial();

  PieceLookups(Backends backends) {
    backend =
        backends.serving().stream().filter(some -> probe(some) != null).findFirst().orElse(null);
  }

  private static @Nullable PieceProbe probe(Backend backend) {
    return backend.probe() instanceof Offer.Accepted<PieceProbe>(PieceProbe probe) ? probe : null;
  }

  /// The vector code for one thread, or null.
  @Nullable PieceProbe newProbe() {
    return backend == null ? null : probe(backend);
  }

  /// What looks pieces up, in words, for reports.
  String describe() {
    return backend == null
        ? "piece cache and merge loops on the calling thread"
        : "piece cache (looked up by %s, scalar at first) and merge loops on the calling thread"
            .formatted(backend.name());
  }
}
