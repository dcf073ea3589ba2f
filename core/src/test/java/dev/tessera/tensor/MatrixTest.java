package dev.tessera.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class MatrixTest {
  @Test
  void arraysAreViewedNotCopied() {
    float[] values = {1, 2, 3, 4, 5, 6};
    FloatMatrix matrix = FloatMatrix.of(values, 2, 3);
    assertThat(matrix.get(1, 0)).isEqualTo(4);
    matrix.set(0, 2, 9);
    assertThat(values[2]).isEqualTo(9);
    assertThat(matrix.toArray()).containsExactly(1, 2, 9, 4, 5, 6);
  }

  @Test
  void rowsMayBeStridedAndSlicedAndUnaligned() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * 10 + 3]).asSlice(3);
    FloatMatrix matrix = FloatMatrix.of(bytes, 3, 2, 4);
    for (int row = 0; row < 3; row++) {
      matrix.set(row, 0, row);
      matrix.set(row, 1, 10 * row);
    }
    FloatMatrix tail = matrix.slice(1, 3);
    assertThat(tail.rows()).isEqualTo(2);
    assertThat(tail.toArray()).containsExactly(1, 10, 2, 20);
    assertThat(matrix.slice(3, 3).rows()).isZero();
    assertThat(matrix.isPacked()).isFalse();
    float[] row = new float[3];
    matrix.copyRow(2, row, 1);
    assertThat(row).containsExactly(0, 2, 20);
  }

  @Test
  void columnsAreViewedAndRowsWritten() {
    int[] values = {1, 2, 3, 4, 5, 6};
    TokenIds column = TokenIds.of(values, 2, 3).sliceColumns(1, 2);
    assertThat(column.toArray()).containsExactly(2, 5);
    column.set(1, 0, 9);
    assertThat(values[4]).isEqualTo(9);
    FloatMatrix matrix = FloatMatrix.of(new float[6], 2, 3);
    matrix.setRow(1, new float[] {7, 8, 9});
    matrix.sliceColumns(0, 2).setRow(0, new float[] {5, 6});
    assertThat(matrix.toArray()).containsExactly(5, 6, 0, 7, 8, 9);
    assertThatThrownBy(() -> matrix.setRow(0, new float[2]))
        .hasMessage("a row of [2 x 3] has 3 elements, the array has 2");
    assertThatThrownBy(() -> matrix.setRow(2, new float[3]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void memoryThatIsTooShortIsRefusedWithBothNumbers() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[39]);
    assertThatThrownBy(() -> FloatMatrix.of(bytes, 2, 5))
        .hasMessage("a matrix [2 x 5] with row stride 5 needs 40 bytes, the segment has 39");
    assertThatThrownBy(() -> DoubleMatrix.of(new double[3], 2, 2))
        .hasMessage("a matrix [2 x 2] has 4 elements, the array has 3");
    assertThatThrownBy(() -> FloatMatrix.of(bytes, 2, 5, 4)).hasMessageContaining("shorter");
    assertThatThrownBy(() -> FloatMatrix.of(bytes, -1, 5)).hasMessageContaining("[-1 x 5]");
    assertThatThrownBy(() -> FloatMatrix.of(bytes, Long.MAX_VALUE / 2, 5))
        .hasMessageContaining("passes 2^63 bytes");
  }

  @Test
  void placesOutsideAreRefused() {
    TokenIds ids = TokenIds.of(new int[] {4, 5, 6});
    assertThat(ids.columns()).isEqualTo(1);
    assertThat(ids.get(2)).isEqualTo(6);
    assertThatThrownBy(() -> ids.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ids.get(0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ids.slice(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void rowCountsPassTwoToThe31() {
    long rows = (1L << 31) + 5;
    MemorySegment shared = MemorySegment.ofArray(new byte[0]);
    FloatMatrix empty = FloatMatrix.of(shared, rows, 0);
    assertThat(empty.rows()).isEqualTo(rows);
    assertThat(empty.slice(rows - 1, rows).rows()).isEqualTo(1);
  }

  @Test
  void rowsGoToOtherMatricesAndGapsGo() {
    FloatMatrix wide = FloatMatrix.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    FloatMatrix gaps = wide.sliceColumns(1, 3);
    FloatMatrix target = FloatMatrix.allocate(2, 2);

    gaps.copyRow(1, target, 0);

    assertThat(target.toArray()).containsExactly(5, 6, 0, 0);
    assertThat(gaps.packed().isPacked()).isTrue();
    assertThat(gaps.packed().toArray()).containsExactly(2, 3, 5, 6);
    assertThat(wide.packed()).isSameAs(wide);
    assertThatThrownBy(() -> wide.copyRow(0, target, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 3 columns, the target 2");
    assertThatThrownBy(() -> gaps.copyRow(0, target, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
