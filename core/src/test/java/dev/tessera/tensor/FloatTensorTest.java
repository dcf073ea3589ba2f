package dev.tessera.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class FloatTensorTest {
  /// Element (i, j, k) of `[2 x 3 x 4]` is 100 i + 10 j + k.
  private static FloatTensor numbered() {
    FloatTensor tensor = FloatTensor.allocate(2, 3, 4);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 4; k++) {
          tensor.set(i, j, k, 100 * i + 10 * j + k);
        }
      }
    }
    return tensor;
  }

  @Test
  void partsOfAnAxisAreViews() {
    FloatTensor tensor = numbered();
    assertThat(tensor.atFirst(1).toArray())
        .containsExactly(100, 101, 102, 103, 110, 111, 112, 113, 120, 121, 122, 123);
    FloatMatrix hop = tensor.atSecond(2);
    assertThat(hop.toArray()).containsExactly(20, 21, 22, 23, 120, 121, 122, 123);
    assertThat(hop.rowStride()).isEqualTo(12);
    hop.set(1, 3, -1);
    assertThat(tensor.get(1, 2, 3)).isEqualTo(-1);
    assertThat(hop.sliceColumns(1, 3).toArray()).containsExactly(21, 22, 121, 122);
    assertThat(hop.sliceColumns(4, 4).columns()).isZero();
  }

  @Test
  void swappedAxesAreTheSameElements() {
    FloatTensor swapped = numbered().swapped();
    assertThat(swapped).hasToString("FloatTensor[3 x 2 x 4]");
    assertThat(swapped.get(2, 1, 3)).isEqualTo(123);
    assertThat(swapped.atFirst(2).toArray()).containsExactly(20, 21, 22, 23, 120, 121, 122, 123);
    assertThat(swapped.isPacked()).isFalse();
    assertThat(swapped.swapped().isPacked()).isTrue();
    assertThat(swapped.elements()).isEqualTo(24);
  }

  @Test
  void axesMayBeEmpty() {
    FloatTensor none = FloatTensor.allocate(3, 2, 0);
    assertThat(none.atSecond(1).rows()).isEqualTo(3);
    assertThat(FloatTensor.allocate(0, 2, 5).atSecond(1).rows()).isZero();
    assertThat(FloatTensor.allocate(0, 2, 5).isPacked()).isTrue();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> FloatTensor.of(MemorySegment.ofArray(new float[23]), 2, 3, 4))
        .hasMessage("a tensor [2 x 3 x 4] needs 96 bytes, the segment has 92");
    assertThatThrownBy(() -> FloatTensor.allocate(-1, 3, 4))
        .hasMessage("a tensor has axes of at least 0, not [-1 x 3 x 4]");
    assertThatThrownBy(() -> FloatTensor.allocate(1L << 40, 1L << 30, 4))
        .hasMessageContaining("passes 2^63 bytes");
    FloatTensor tensor = numbered();
    assertThatThrownBy(() -> tensor.get(0, 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tensor.atSecond(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tensor.atFirst(0).sliceColumns(2, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
