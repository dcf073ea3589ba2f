package dev.tessera.kernels.simd;

import dev.tessera.Tessera;

/// Prints what the provider says, and which backend serves.
final class ProbePrinter {
  private ProbePrinter() {}

  public static void main(String[] args) {
    System.out.println(new SimdKernelProvider().probe());
    try (Tessera tessera = Tessera.open()) {
      System.out.println("first: " + tessera.report().first());
    }
  }
}
