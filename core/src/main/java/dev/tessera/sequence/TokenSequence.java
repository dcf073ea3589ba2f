package dev.tessera.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Ids with word of what they are, piece by piece: text, an image, a graph. Immutable and
/// thread-safe.
public final class TokenSequence {
  private final int[] ids;
  private final List<Span> spans;

  private TokenSequence(int[] ids, List<Span> spans) {
    this.ids = ids;
    this.spans = spans;
  }

  /// A part of a sequence that is of one kind.
  ///
  /// @param modality the kind
  /// @param from the position of its first id
  /// @param to one past the position of its last id
  public record Span(String modality, int from, int to) {}

  /// A sequence without ids, to be added to.
  public static Builder builder() {
    return new Builder();
  }

  /// How many ids there are.
  public int length() {
    return ids.length;
  }

  /// The ids; a new array.
  public int[] ids() {
    return ids.clone();
  }

  /// The pieces in their order, which together are the whole.
  public List<Span> spans() {
    return spans;
  }

  /// The ids of a piece; a new array.
  public int[] ids(Span span) {
    return Arrays.copyOfRange(ids, span.from(), span.to());
  }

  /// The pieces, as in `TokenSequence[text 12, image 34]`.
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder("TokenSequence[");
    for (Span span : spans) {
      shown.append(span.from() == 0 ? "" : ", ").append(span.modality());
      shown.append(' ').append(span.to() - span.from());
    }
    return shown.append(']').toString();
  }

  /// Puts pieces one behind the other. Not thread-safe.
  public static final class Builder {
    private int[] ids = new int[64];
    private int length;
    private final List<Span> spans = new ArrayList<>();

    private Builder() {}

    /// A piece; one without ids is left out.
    public Builder add(String modality, int... piece) {
      if (piece.length > 0) {
        int end = Math.addExact(length, piece.length);
        if (end > ids.length) {
          ids = Arrays.copyOf(ids, Math.max(end, ids.length + (ids.length >> 1)));
        }
        System.arraycopy(piece, 0, ids, length, piece.length);
        spans.add(new Span(modality, length, end));
        length = end;
      }
      return this;
    }

    /// The sequence.
    public TokenSequence build() {
      return new TokenSequence(Arrays.copyOf(ids, length), List.copyOf(spans));
    }
  }
}
