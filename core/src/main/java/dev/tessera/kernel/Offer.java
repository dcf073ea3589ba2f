package dev.tessera.kernel;

/// A backend's answer to an operand: a kernel for it, or why it leaves that operand to the next
/// backend.
///
/// @param <K> the kernel's type
public sealed interface Offer<K> {
  /// The backend serves this operand.
  record Accepted<K>(K kernel) implements Offer<K> {}

  /// The backend leaves this operand to others.
  ///
  /// @param reason one clause, as in `ranges are not supported on this device`
  record Declined<K>(String reason) implements Offer<K> {}
}
