package dev.tessera.text;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.Offer;

/// Makes the encoders of one vocabulary, and owns what they share. Thread-safe.
interface TextEngine extends AutoCloseable {
  /// Opens what serves a model.
  static TextEngine open(Backends backends, TextModel model, TextOptions options) {
    TextPipeline pipeline = model.pipeline();
    if (pipeline == null || pipeline.symbols() == null) {
      return new EncodingEngine(backends, model, options);
    }
    return usesCache(backends)
        ? new CharacterEngine(backends, pipeline, pipeline.symbols(), options)
        : new SymbolMergingEngine(backends, pipeline, pipeline.symbols());
  }

  /// Whether pieces go through a cache and merge loops; if not, through the [MergeKernel] of the
  /// backend that was asked for by name.
  static boolean usesCache(Backends backends) {
    String requested = backends.report().requested();
    return requested.equals(Backends.AUTO) || requested.equals("simd");
  }

  /// The kernel by which a backend that was asked for by name merges.
  ///
  /// @throws KernelException if it has none
  static MergeKernel mergeKernel(Backend backend, MergeOperand rules) {
    return switch (backend.merge(rules)) {
      case Offer.Accepted<MergeKernel>(MergeKernel accepted) -> accepted;
      case Offer.Declined<MergeKernel>(String reason) ->
          throw new KernelException(
              "the backend that was asked for does not merge text: " + reason);
    };
  }

  /// An encoder for one thread.
  SegmentEncoder newEncoder();

  /// What serves, and the memory it takes.
  TokenizerReport report(long decoderBytes);

  @Override
  void close();
}
