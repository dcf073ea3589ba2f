package dev.tessera.kernel;

import java.util.List;

/// Which backends served an operation's calls, and why others did not.
///
/// @param backends those that accepted the operand, from the highest priority to the lowest
/// @param declined those that did not, each with the reason
public record KernelReport(List<Served> backends, List<String> declined) {
  /// One backend's share.
  ///
  /// @param backend its name
  /// @param calls how many calls it served
  /// @param rows how many rows it wrote: vectors quantized, or nodes times hops
  /// @param nanos how long that took, in nanoseconds
  /// @param preparation what packing the operand cost
  /// @param detail how it went about it, in words
  public record Served(
      String backend, long calls, long rows, long nanos, Preparation preparation, String detail) {
    /// Rows a second, or 0 before the first call.
    public double rowsPerSecond() {
      return nanos == 0 ? 0 : rows * 1e9 / nanos;
    }
  }

  /// Copies the lists.
  public KernelReport {
    backends = List.copyOf(backends);
    declined = List.copyOf(declined);
  }
}
