package dev.tessera.text;

import java.util.function.Consumer;

/// One step of a pre-tokenizer: cuts a segment into segments, in order. Stateless and thread-safe.
interface Cut {
  /// Hands on what `segment` is cut into, in order.
  ///
  /// @param next takes the segments; empty ones, too, which are dropped at last
  void cut(TextSegment segment, Consumer<TextSegment> next);
}
