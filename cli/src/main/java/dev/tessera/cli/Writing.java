package dev.tessera.cli;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Writes to an output, and says of a failure which output it was and what helps.
@FunctionalInterface
interface Writing<T> {
  T run() throws IOException;

  /// Runs an action that writes to `target`.
  static <T> T to(Path target, Writing<T> action) throws IOException {
    try {
      return action.run();
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (FileSystemException e) {
      String reason = e.getReason();
      if (reason == null || !isFull(reason)) {
        throw e;
      }
      throw full(target, reason, e);
    } catch (IOException e) {
      throw full(target, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isFull(String reason) {
    return reason.contains("No space") || reason.contains("quota");
  }

  private static IOException full(Path target, String reason, IOException cause) {
    return new IOException(
        "%s could not be written: %s; free some space or write to another disk"
            .formatted(target, reason),
        cause);
  }
}
