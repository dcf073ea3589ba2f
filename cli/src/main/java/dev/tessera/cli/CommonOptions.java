package dev.tessera.cli;

import picocli.CommandLine.Option;

/// What every command takes.
final class CommonOptions {
  @Option(names = "--json", description = "Print a summary as one JSON object on standard output.")
  private boolean json;

  /// Here for the help: `Main` looks for it among the arguments itself.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--debug", description = "Print the stack trace of an error, and log more.")
  private boolean debug;

  boolean json() {
    return json;
  }
}
