package dev.tessera.text;

import java.util.Set;

/// What becomes of special tokens, such as `<|endoftext|>`, that stand in a text: refused unless
/// the caller says otherwise, since whoever may write the text could otherwise end a prompt, or
/// begin a role, that is not theirs.
///
/// Where several special tokens begin at one place, the longest counts.
public final class SpecialTokens {
  /// Every special token in the text is an error.
  public static final SpecialTokens REFUSED = new SpecialTokens(Set.of(), false, false);

  /// Special tokens become their ids.
  public static final SpecialTokens ALLOWED = new SpecialTokens(Set.of(), true, false);

  /// Special tokens are text like any other.
  public static final SpecialTokens AS_TEXT = new SpecialTokens(Set.of(), false, true);

  private final Set<String> allowed;
  private final boolean all;
  private final boolean othersAsText;

  private SpecialTokens(Set<String> allowed, boolean all, boolean othersAsText) {
    this.allowed = allowed;
    this.all = all;
    this.othersAsText = othersAsText;
  }

  /// These become their ids; every other one in the text is an error.
  ///
  /// A name that the vocabulary does not have is an error when a text is encoded.
  public static SpecialTokens allowed(String... names) {
    return new SpecialTokens(Set.of(names), false, false);
  }

  /// The same, with every other one as text.
  public SpecialTokens othersAsText() {
    return new SpecialTokens(allowed, all, true);
  }

  /// Which ones are named.
  Set<String> named() {
    return allowed;
  }

  boolean allows(String token) {
    return all || allowed.contains(token);
  }

  boolean refuses(String token) {
    return !othersAsText && !allows(token);
  }

  /// Whether the text need not be searched.
  boolean ignored() {
    return othersAsText && !all && allowed.isEmpty();
  }

  @Override
  public String toString() {
    String others = othersAsText ? "as text" : "refused";
    return all
        ? "allowed"
        : allowed.isEmpty() ? others : "allowed " + allowed + ", others " + others;
  }
}
