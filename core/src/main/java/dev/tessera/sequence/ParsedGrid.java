package dev.tessera.sequence;

import dev.tessera.tensor.TokenIds;
import java.util.List;

/// A grid that was read from a sequence.
///
/// @param from the position of its first id
/// @param to one past the position of its last id
/// @param frames the codes, each frame `[h x w]`; an image has one
public record ParsedGrid(int from, int to, List<TokenIds> frames) {
  /// Keeps a copy of the list.
  public ParsedGrid {
    frames = List.copyOf(frames);
  }
}
