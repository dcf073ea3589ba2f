package dev.tessera.sequence;

/// A sequence of ids is not what its layout demands: it breaks off, or another token stands where
/// one was expected. The message is `position 34: expected ..., found ...`.
public final class MalformedSequenceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int position;

  /// @param position where in the sequence, counted from 0
  /// @param expected what should stand there
  /// @param found what stands there instead
  public MalformedSequenceException(int position, String expected, String found) {
    super("position " + position + ": expected " + expected + ", found " + found);
    this.position = position;
  }

  /// Where in the sequence, counted from 0.
  public int position() {
    return position;
  }
}
