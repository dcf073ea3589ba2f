package dev.tessera.io;

import java.lang.foreign.MemorySegment;

/// A tensor as a checkpoint describes it: a view of a storage.
///
/// @param storage what holds the elements
/// @param offset of the first one, in elements
/// @param strides how far the next one of each axis is, in elements
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record TorchTensor(
    TorchStorage storage, ElementType type, long offset, Shape shape, long[] strides) {

  /// The bytes that a checkpoint keeps under a key.
  record TorchStorage(String key, long bytes) {}

  private int elementBytes() {
    return type.bits() / Byte.SIZE;
  }

  long offsetBytes() {
    return offset * elementBytes();
  }

  /// One past the last element that is used, counted from the beginning of the storage.
  ///
  /// @throws ArithmeticException if that is 2^63 or more
  long endBytes() {
    long end = offset;
    for (int axis = 0; axis < shape.rank(); axis++) {
      end =
          Math.addExact(end, Math.multiplyExact(Math.max(0, shape.axis(axis) - 1), strides[axis]));
    }
    return Math.multiplyExact(
        shape.elements() == 0 ? offset : Math.addExact(end, 1), elementBytes());
  }

  /// Whether the elements lie one behind the other, the last axis the fastest; the first axis in
  /// Fortran order.
  boolean isPacked(boolean fortranOrder) {
    long expected = 1;
    for (int i = 0; i < shape.rank(); i++) {
      int axis = fortranOrder ? i : shape.rank() - 1 - i;
      if (shape.axis(axis) > 1 && strides[axis] != expected) {
        return false;
      }
      expected *= shape.axis(axis);
    }
    return true;
  }

  /// Copies the elements, the last axis the fastest, one behind the other.
  void gather(MemorySegment source, MemorySegment target) {
    long[] index = new long[shape.rank()];
    int bytes = elementBytes();
    long from = offset;
    for (long element = 0; element < shape.elements(); element++) {
      MemorySegment.copy(source, from * bytes, target, element * bytes, bytes);
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index[axis]++;
        from += strides[axis];
        if (index[axis] < shape.axis(axis)) {
          break;
        }
        from -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }
}
