package dev.tessera.text;

import org.jspecify.annotations.Nullable;

/// What one thread needs to encode: an encoder with its cache, and memory to work in.
final class TextWorker {
  final SegmentEncoder encoder;
  final IdSink sink = new IdSink();
  final Utf8 utf8 = new Utf8();
  final TextWindows windows = new TextWindows();

  /// The thread that used it last.
  long thread;

  /// What text goes through on its way to the encoder, or null.
  final @Nullable PipelineEncoder pipeline;

  TextWorker(SegmentEncoder encoder, @Nullable TextPipeline pipeline) {
    this.encoder = encoder;
    this.pipeline = pipeline == null ? null : new PipelineEncoder(pipeline, encoder);
  }
}
