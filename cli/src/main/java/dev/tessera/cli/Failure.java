package dev.tessera.cli;

import dev.tessera.kernel.KernelException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/// What ended a run, as one line for people: what is at fault, and how to mend it.
///
/// @param cause what was thrown
record Failure(Throwable cause) {
  /// Prints the line, with `--debug` the stack trace, too.
  ///
  /// @return the exit status
  int report(Console console, boolean debug) {
    if (debug) {
      cause.printStackTrace(console.err());
    }
    console.err().println("tessera: " + message());
    return isInterruption() ? Main.INTERRUPTED : Main.FAILED;
  }

  private boolean isInterruption() {
    return cause instanceof CancellationException
        || cause instanceof InterruptedException
        || cause instanceof ClosedByInterruptException;
  }

  /// The line.
  String message() {
    if (isInterruption()) {
      return "interrupted; unfinished output was discarded";
    }
    String message = onOneLine(String.valueOf(cause.getMessage()));
    return switch (cause) {
      case FileSystemException e when e.getReason() == null -> onOneLine(fileMessage(e));
      case IOException _, IllegalArgumentException _, KernelException _ -> message;
      case OutOfMemoryError _ ->
          "out of memory (%s); give Java more, as in JDK_JAVA_OPTIONS=-Xmx8g, which has %d MB now"
              .formatted(message, Runtime.getRuntime().maxMemory() >> 20);
      case InternalError _ ->
          "a file could not be read to its end: it was shortened meanwhile, or the disk fails ("
              + message
              + ")";
      default -> "a fault in Tessera, please report it: %s (--debug shows where)".formatted(cause);
    };
  }

  private static String onOneLine(String text) {
    return text.lines().collect(Collectors.joining(" "));
  }

  private static String fileMessage(FileSystemException e) {
    String kind =
        e.getClass()
            .getSimpleName()
            .replace("Exception", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return e.getMessage() + ": " + kind.toLowerCase(Locale.ROOT);
  }
}
