package dev.tessera.cli.picture;

import java.io.IOException;

/// A file is no picture, or not one that can be read; the message names the file and says what
/// helps.
public final class PictureException extends IOException {
  private static final long serialVersionUID = 1L;

  PictureException(String message) {
    super(message);
  }

  PictureException(String message, Throwable cause) {
    super(message, cause);
  }
}
