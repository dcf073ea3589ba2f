package dev.tessera.cli;

import picocli.CommandLine.Option;

/// What every command takes.
final class CommonOptions {
  @Option(names = "--json", description = "Print a summary as one JSON object on standard output.")
  private boolean json;

  @Option(names = "--debug", description = "Print the stack trace of an error, and log more.")
  private boolean
      debug; // Main looks for it among the arguments: it must hold before they are parsed

  boolean json() {
    return json;
  }

  boolean debug() {
    return debug;
  }
}
