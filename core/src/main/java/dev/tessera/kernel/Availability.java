package dev.tessera.kernel;

/// Whether a backend can serve on this machine.
public sealed interface Availability {
  /// The backend can serve.
  ///
  /// @param detail what it runs on, as in `512-bit vectors` or a device's name
  record Available(String detail) implements Availability {}

  /// The backend cannot serve.
  ///
  /// @param reason what is missing, in one clause
  /// @param fix what the user can do about it, in one imperative clause
  record Unavailable(String reason, String fix) implements Availability {}
}
