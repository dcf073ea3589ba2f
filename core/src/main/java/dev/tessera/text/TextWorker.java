package dev.tessera.text;

/// What one thread needs to encode: an encoder with its cache, and memory to work in.
final class TextWorker {
  final SegmentEncoder encoder;
  final IdSink sink = new IdSink();
  final Utf8 utf8 = new Utf8();
  final TextWindows windows = new TextWindows();

  TextWorker(SegmentEncoder encoder) {
    this.encoder = encoder;
  }
}
