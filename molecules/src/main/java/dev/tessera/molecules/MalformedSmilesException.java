package dev.tessera.molecules;

import dev.tessera.io.FormatException;

/// A string is no SMILES, or that of no molecule. The message quotes it and says where, and what is
/// wrong there.
public final class MalformedSmilesException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// The position where the whole is at fault.
  public static final int WHOLE = -1;

  private final int position;

  MalformedSmilesException(String smiles, int position, String reason, Throwable cause) {
    super(message(smiles, position, reason), cause);
    this.position = position;
  }

  MalformedSmilesException(String smiles, int position, String reason) {
    super(message(smiles, position, reason));
    this.position = position;
  }

  private static String message(String smiles, int position, String reason) {
    String where = position == WHOLE ? "" : ", character " + position;
    return "SMILES " + FormatException.quote(smiles) + where + ": " + reason;
  }

  /// The character that does not fit, counted from 0; [#WHOLE] if it is none in particular.
  public int position() {
    return position;
  }
}
