package dev.tessera.text;

import java.util.List;

/// What a model expects around the ids of a text, or of two: special tokens such as `<s>`.
/// Immutable.
///
/// @param single what one text becomes
/// @param pair what two texts become; empty if the vocabulary does not say
public record TokenTemplate(List<Part> single, List<Part> pair) {
  /// A template that adds nothing.
  public static final TokenTemplate NOTHING =
      new TokenTemplate(List.of(Part.FIRST), List.of(Part.FIRST, Part.SECOND));

  /// A part of the result: a text, or a token.
  ///
  /// @param text 0 for the first text, 1 for the second, -1 for a token
  /// @param token the id of the token
  public record Part(int text, int token) {
    /// The first text.
    public static final Part FIRST = new Part(0, -1);

    /// The second text.
    public static final Part SECOND = new Part(1, -1);

    /// A token.
    public static Part token(int id) {
      return new Part(-1, id);
    }
  }

  /// Copies the lists.
  public TokenTemplate {
    single = List.copyOf(single);
    pair = List.copyOf(pair);
  }

  /// The ids of a text with what belongs around them.
  public int[] apply(int[] ids) {
    return apply(single, ids, new int[0]);
  }

  /// The ids of two texts with what belongs around and between them.
  ///
  /// @throws IllegalStateException if the vocabulary does not say what that is
  public int[] apply(int[] first, int[] second) {
    if (pair.isEmpty()) {
      throw new IllegalStateException("the vocabulary has no template for two texts");
    }
    return apply(pair, first, second);
  }

  private static int[] apply(List<Part> parts, int[] first, int[] second) {
    int length = 0;
    for (Part part : parts) {
      length += part.text() < 0 ? 1 : part.text() == 0 ? first.length : second.length;
    }
    int[] all = new int[length];
    int at = 0;
    for (Part part : parts) {
      if (part.text() < 0) {
        all[at++] = part.token();
      } else {
        int[] ids = part.text() == 0 ? first : second;
        System.arraycopy(ids, 0, all, at, ids.length);
        at += ids.length;
      }
    }
    return all;
  }
}
