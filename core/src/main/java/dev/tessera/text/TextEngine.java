package dev.tessera.text;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.MergeKernel;

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

  /// An encoder for one thread.
  SegmentEncoder newEncoder();

  /// What serves, and the memory it takes.
  TokenizerReport report(long decoderBytes);

  @Override
  void close();
}
