package dev.tessera.text;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Cuts nothing, but puts a prefix before each segment that does not begin with it.
///
/// @param spaces what takes the place of each space first
/// @param prefix what each segment is to begin with; empty for nothing
/// @param onlyFirst whether only the segment at the beginning of the text is changed
record PrefixCut(String spaces, String prefix, boolean onlyFirst) implements Cut {
  @Override
  public void cut(TextSegment segment, Consumer<TextSegment> next) {
    TextSegment changed =
        spaces.equals(" ")
            ? segment
            : segment.replace(' ', spaces.getBytes(StandardCharsets.UTF_8));
    byte[] front = prefix.getBytes(StandardCharsets.UTF_8);
    boolean meant = !onlyFirst || segment.sourceOf(segment.from()) == 0;
    next.accept(meant && !changed.startsWith(front) ? changed.prepend(front) : changed);
  }
}
