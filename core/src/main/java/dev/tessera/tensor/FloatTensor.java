package dev.tessera.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A tensor of float32 with three axes over heap or native memory, the elements of the last axis
/// side by side: such as the tokens of a graph, `[nodes x hops x dim]`, which may lie node by node
/// or hop by hop. [#atSecond] is one hop of all nodes, [#atFirst] all hops of one node.
///
/// Views share memory: writing through one is seen through the other. The class adds no
/// synchronisation; concurrent readers are safe, and so are writers of different elements. Memory
/// belongs to whoever made the segment; using the tensor after its arena is closed throws
/// `IllegalStateException`.
public final class FloatTensor {
  private static final int ELEMENT_BYTES = FloatMatrix.ELEMENT_BYTES;
  private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final long ALIGNMENT_BYTES = 64;

  private final MemorySegment segment;
  private final long first;
  private final long second;
  private final int third;
  private final long firstStride;
  private final long secondStride;

  private FloatTensor(
      MemorySegment segment,
      long first,
      long second,
      int third,
      long firstStride,
      long secondStride) {
    this.segment = segment;
    this.first = first;
    this.second = second;
    this.third = third;
    this.firstStride = firstStride;
    this.secondStride = secondStride;
  }

  /// A view of `segment` as `[first x second x third]`, packed, the last axis the fastest.
  ///
  /// @throws IllegalArgumentException if the segment is shorter than the shape needs
  public static FloatTensor of(MemorySegment segment, long first, long second, int third) {
    long needed = packedBytes(first, second, third);
    if (needed > segment.byteSize()) {
      throw new IllegalArgumentException(
          "a tensor %s needs %d bytes, the segment has %d"
              .formatted(shape(first, second, third), needed, segment.byteSize()));
    }
    return new FloatTensor(segment, first, second, third, second * third, third);
  }

  /// A new zeroed tensor in native memory, packed, aligned to 64 bytes, that lives as long as
  /// `arena`.
  public static FloatTensor allocate(Arena arena, long first, long second, int third) {
    long bytes = packedBytes(first, second, third);
    return of(arena.allocate(bytes, ALIGNMENT_BYTES), first, second, third);
  }

  /// A new zeroed tensor in native memory, packed, that is freed when it is no longer reachable.
  public static FloatTensor allocate(long first, long second, int third) {
    return allocate(Arena.ofAuto(), first, second, third);
  }

  private static long packedBytes(long first, long second, int third) {
    if (first < 0 || second < 0 || third < 0) {
      throw new IllegalArgumentException(
          "a tensor has axes of at least 0, not " + shape(first, second, third));
    }
    try {
      long elements = Math.multiplyExact(Math.multiplyExact(first, second), (long) third);
      return Math.multiplyExact(elements, ELEMENT_BYTES);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a tensor %s passes 2^63 bytes".formatted(shape(first, second, third)), e);
    }
  }

  /// The size of the first axis.
  public long first() {
    return first;
  }

  /// The size of the second axis.
  public long second() {
    return second;
  }

  /// The size of the third axis.
  public int third() {
    return third;
  }

  /// The number of elements.
  public long elements() {
    return first * second * third;
  }

  /// The memory that holds the elements, in native byte order and at any alignment.
  public MemorySegment segment() {
    return segment;
  }

  /// Whether the elements lie one behind the other in the order of the axes.
  public boolean isPacked() {
    return (secondStride == third || second <= 1) && (firstStride == second * third || first <= 1);
  }

  /// The element at three indices.
  public float get(long i, long j, int k) {
    return segment.get(LAYOUT, offset(i, j, k));
  }

  /// Writes the element at three indices.
  public void set(long i, long j, int k, float value) {
    segment.set(LAYOUT, offset(i, j, k), value);
  }

  private long offset(long i, long j, int k) {
    Objects.checkIndex(i, first);
    Objects.checkIndex(j, second);
    Objects.checkIndex(k, third);
    return (i * firstStride + j * secondStride + k) * ELEMENT_BYTES;
  }

  /// A view of the part `i` of the first axis: `[second x third]`.
  public FloatMatrix atFirst(long i) {
    Objects.checkIndex(i, first);
    return matrix(i * firstStride, second, secondStride);
  }

  /// A view of the part `j` of the second axis: `[first x third]`.
  public FloatMatrix atSecond(long j) {
    Objects.checkIndex(j, second);
    return matrix(j * secondStride, first, firstStride);
  }

  private FloatMatrix matrix(long from, long rows, long stride) {
    long bytes = RowMajor.spanBytes(rows, third, stride, ELEMENT_BYTES);
    long start = bytes == 0 ? 0 : from * ELEMENT_BYTES;
    return FloatMatrix.of(segment.asSlice(start, bytes), rows, third, stride);
  }

  /// A view with the first two axes exchanged: `[second x first x third]`.
  public FloatTensor swapped() {
    return new FloatTensor(segment, second, first, third, secondStride, firstStride);
  }

  private static String shape(long first, long second, int third) {
    return "[" + first + " x " + second + " x " + third + "]";
  }

  /// The shape, as in `FloatTensor[3 x 4 x 5]`; the elements are not shown.
  @Override
  public String toString() {
    return "FloatTensor" + shape(first, second, third);
  }
}
