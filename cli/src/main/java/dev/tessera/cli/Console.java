package dev.tessera.cli;

import java.io.PrintWriter;

/// Where a run speaks: results to standard output, everything else to standard error.
///
/// @param out takes results
/// @param err takes notices, progress and errors
/// @param terminal whether someone watches `err`, so that a progress bar makes sense
record Console(PrintWriter out, PrintWriter err, boolean terminal) {
  /// Tells what happened, on standard error.
  void notice(String format, Object... arguments) {
    err.println(arguments.length == 0 ? format : Text.format(format, arguments));
  }
}
