package dev.tessera.kernel;

/// A backend failed for reasons of its own: a build failure, a lost device, no device memory. Bad
/// input is never reported this way. Under `auto` the call is repeated on the next backend.
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message which operation failed on which device, with the device's own log where there
  ///   is one
  public KernelException(String message) {
    super(message);
  }

  /// @param message which operation failed on which device, with the device's own log where there
  ///   is one
  public KernelException(String message, Throwable cause) {
    super(message, cause);
  }
}
