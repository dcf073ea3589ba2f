package dev.tessera.text;

/// A pattern that somebody wrote takes more steps over a text, or more stack, than any sound
/// pattern does: it backtracks catastrophically.
public final class PatternBudgetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PatternBudgetException(String message) {
    super(message);
  }
}
