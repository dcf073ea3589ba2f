package dev.tessera.kernels.simd;

/// Prints how wide vectors are when no flag limits them.
final class WidestVector {
  private WidestVector() {}

  public static void main(String[] args) {
    System.out.print(VectorWidth.bits());
  }
}
