package dev.tessera.cli;

import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/// Log records as notices: one line each, without times and class names.
final class PlainLogHandler extends Handler {
  private final PrintWriter err;

  PlainLogHandler(PrintWriter err) {
    this.err = err;
    setFormatter(new SimpleFormatter());
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry)) {
      err.println("tessera: " + getFormatter().formatMessage(entry));
    }
  }

  @Override
  public void flush() {
    err.flush();
  }

  @Override
  public void close() {
    err.flush();
  }
}
