package dev.tessera.text;

import dev.tessera.kernel.Backends;

/// Makes the encoders of one vocabulary, and owns what they share. Thread-safe.
interface TextEngine extends AutoCloseable {
  /// Opens what serves a model.
  static TextEngine open(Backends backends, TextModel model, TextOptions options) {
    TextPipeline pipeline = model.pipeline();
    return pipeline != null && pipeline.symbols() != null
        ? new SymbolEngine(backends, pipeline, pipeline.symbols(), options)
        : new EncodingEngine(backends, model, options);
  }

  /// An encoder for one thread.
  SegmentEncoder newEncoder();

  /// What serves, and the memory it takes.
  TokenizerReport report(long decoderBytes);

  @Override
  void close();
}
