package dev.tessera.vq;

import dev.tessera.kernel.Preparation;
import java.util.List;

/// Which backends served a quantizer's calls, and why others did not.
///
/// @param backends those that accepted the codebook, from the highest priority to the lowest
/// @param declined those that did not, each with the reason
public record QuantizerReport(List<Served> backends, List<String> declined) {
  /// One backend's share.
  ///
  /// @param backend its name
  /// @param calls how many calls it served
  /// @param rows how many vectors it quantized
  /// @param nanos how long that took, in nanoseconds
  /// @param preparation what packing the codebook cost
  /// @param detail how it went about it, in words
  public record Served(
      String backend, long calls, long rows, long nanos, Preparation preparation, String detail) {
    /// Vectors a second, or 0 before the first call.
    public double rowsPerSecond() {
      return nanos == 0 ? 0 : rows * 1e9 / nanos;
    }
  }

  /// Copies the lists.
  public QuantizerReport {
    backends = List.copyOf(backends);
    declined = List.copyOf(declined);
  }
}
