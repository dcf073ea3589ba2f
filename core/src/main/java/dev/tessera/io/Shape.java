package dev.tessera.io;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The axes of an array, each at least 0, whose sizes (the zero ones left out) multiply to less
/// than 2^57: no file is that large, and the bits of such an array can still be counted.
final class Shape {
  private static final int MAX_ELEMENT_BITS = 64;

  /// The most axes that any of the formats' own libraries takes.
  static final int MAX_RANK = 64;

  private final long[] axes;
  private final long elements;

  /// @throws ArithmeticException if the sizes multiply to 2^57 or more
  Shape(long... axes) {
    this.axes = axes.clone();
    for (long axis : axes) {
      if (axis < 0) {
        throw new IllegalArgumentException("an axis has at least 0 elements, not " + axis);
      }
    }
    long bits = MAX_ELEMENT_BITS;
    for (long axis : axes) {
      bits = Math.multiplyExact(bits, Math.max(1, axis));
    }
    boolean empty = Arrays.stream(axes).anyMatch(axis -> axis == 0);
    elements = empty ? 0 : bits / MAX_ELEMENT_BITS;
  }

  int rank() {
    return axes.length;
  }

  long axis(int index) {
    return axes[index];
  }

  long[] axes() {
    return axes.clone();
  }

  long elements() {
    return elements;
  }

  /// Bits of a packed array.
  long bits(ElementType type) {
    return elements * type.bits();
  }

  /// Bytes of a packed array, the last one filled up.
  long bytes(ElementType type) {
    return Math.ceilDiv(bits(type), (long) Byte.SIZE);
  }

  /// Whether C and Fortran order differ.
  boolean isOrdered() {
    return Arrays.stream(axes).filter(axis -> axis > 1).count() > 1;
  }

  /// All axes but the first as one.
  Shape flattened() {
    long columns = 1;
    for (int i = 1; i < axes.length; i++) {
      columns *= axes[i];
    }
    return new Shape(axes[0], columns);
  }

  /// As in `[3 x 4]`.
  @Override
  public String toString() {
    return Arrays.stream(axes)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" x ", "[", "]"));
  }
}
