package dev.tessera.kernels.opencl;

/// An OpenCL call failed. It stays inside this backend: callers get a
/// [dev.tessera.kernel.KernelException] that names the device, too.
final class OpenClException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// `CL_MEM_OBJECT_ALLOCATION_FAILURE`.
  private static final int NO_MEMORY_FOR_OBJECT = -4;

  /// `CL_OUT_OF_RESOURCES`: what some drivers say instead, as late as the first use.
  private static final int OUT_OF_RESOURCES = -5;

  /// `CL_OUT_OF_HOST_MEMORY`.
  private static final int OUT_OF_HOST_MEMORY = -6;

  /// `CL_INVALID_BUFFER_SIZE`: more than the device takes in one piece.
  private static final int INVALID_BUFFER_SIZE = -61;

  private final int status;

  /// @param call the call's name
  /// @param status what it returned
  /// @param text the status in words, with the device's own log where there is one
  OpenClException(String call, int status, String text) {
    super(call + " failed: " + text);
    this.status = status;
  }

  /// Whether less memory may help.
  boolean isOutOfMemory() {
    return status == NO_MEMORY_FOR_OBJECT
        || status == OUT_OF_RESOURCES
        || status == OUT_OF_HOST_MEMORY
        || status == INVALID_BUFFER_SIZE;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
