package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.junit.jupiter.api.Test;

/// The quantizers without a codebook.
final class ScalarQuantizersTest {
  private static final FiniteScalarQuantizer FSQ = FiniteScalarQuantizer.of(8, 5, 5, 5);

  @Test
  void finiteScalarGoldenValues() {
    FloatMatrix z = FloatMatrix.of(new float[] {.3f, -1.2f, 0, 2}, 1, 4);
    TokenIds ids = FSQ.encode(z);
    assertThat(ids.toArray()).containsExactly(885);
    assertThat(FSQ.digits(ids).toArray()).containsExactly(1, -2, 0, 2);
    assertThat(FSQ.decode(ids).toArray()).containsExactly(.25f, -1, 0, 1);
    assertThat(FSQ.size()).isEqualTo(1000);
    assertThat(FSQ.dim()).isEqualTo(4);
    assertThat(FSQ).hasToString("FiniteScalarQuantizer[8, 5, 5, 5]");
  }

  @Test
  void finiteScalarIdsAreNumpys() {
    TokenIds ids = FSQ.encode(Fixtures.floats("fsq_x"));
    assertThat(ids.toArray()).isEqualTo(Fixtures.ids("fsq_ids").toArray());
    assertThat(FSQ.decode(ids).toArray()).isEqualTo(Fixtures.floats("fsq_vectors").toArray());
  }

  @Test
  void everyIdOfFiniteScalarsHasItsOwnDigits() {
    FiniteScalarQuantizer small = FiniteScalarQuantizer.of(2, 3, 4);
    int[] all = new int[24];
    for (int id = 0; id < 24; id++) {
      all[id] = id;
    }
    TokenIds digits = small.digits(TokenIds.of(all));
    for (int id = 0; id < 24; id++) {
      int back = digits.get(id, 0) + 1 + 2 * (digits.get(id, 1) + 1) + 6 * (digits.get(id, 2) + 2);
      assertThat(back).isEqualTo(id);
    }
  }

  @Test
  void lookupFreeIdsAreNumpysAndGoBothWays() {
    LookupFreeQuantizer lfq = LookupFreeQuantizer.of(9);
    FloatMatrix x = Fixtures.floats("lfq_x");
    TokenIds ids = lfq.encode(x);
    assertThat(ids.toArray()).isEqualTo(Fixtures.ids("lfq_ids").toArray());
    assertThat(lfq.encode(lfq.decode(ids)).toArray()).isEqualTo(ids.toArray());
    FloatMatrix bits = lfq.withScale(0.5f).decode(TokenIds.of(new int[] {0b100000001}));
    assertThat(bits.toArray()).containsExactly(.5f, -.5f, -.5f, -.5f, -.5f, -.5f, -.5f, -.5f, .5f);
    assertThat(lfq.size()).isEqualTo(512);
    FloatMatrix zero = FloatMatrix.allocate(1, 9);
    assertThat(lfq.encode(zero).get(0)).as("0 is no set bit").isZero();
  }

  @Test
  void badInputIsNamed() {
    FloatMatrix bad = FloatMatrix.of(new float[] {0, Float.POSITIVE_INFINITY, 0, 0}, 1, 4);
    assertThatThrownBy(() -> FSQ.encode(bad))
        .hasMessageContaining("row 0 holds Infinity in column 1");
    assertThat(FSQ.withNanPolicy(NanPolicy.SKIP).encode(bad).get(0)).isEqualTo(-1);
    assertThatThrownBy(() -> LookupFreeQuantizer.of(4).encode(bad))
        .hasMessageContaining("Infinity");
    assertThat(LookupFreeQuantizer.of(4).withNanPolicy(NanPolicy.SKIP).encode(bad).get(0))
        .isEqualTo(-1);
    assertThatThrownBy(() -> FSQ.encode(FloatMatrix.allocate(1, 3)))
        .hasMessage("the vectors have 3 columns, the quantizer has 4");
    assertThatThrownBy(() -> FSQ.decode(TokenIds.of(new int[] {999, 1000})))
        .hasMessage("row 1 has the id 1000, which is outside [0, 1000)");
    assertThatThrownBy(() -> FSQ.digits(TokenIds.allocate(1, 2)))
        .hasMessage("the ids have 1 column, not 2");
    assertThatThrownBy(() -> LookupFreeQuantizer.of(4).decode(TokenIds.of(new int[] {-1})))
        .hasMessageContaining("the id -1, which is outside [0, 16)");
    assertThatThrownBy(() -> FiniteScalarQuantizer.of(8, 1))
        .hasMessage("column 1 has at least 2 levels, not 1");
    assertThatThrownBy(FiniteScalarQuantizer::of).hasMessageContaining("at least 1 column");
    assertThatThrownBy(() -> FiniteScalarQuantizer.of(1 << 20, 1 << 20))
        .hasMessageContaining("ids reach to 2147483647");
    assertThatThrownBy(() -> LookupFreeQuantizer.of(31))
        .hasMessageContaining("1 to 30 bits, not 31");
    assertThatThrownBy(() -> LookupFreeQuantizer.of(3).withScale(0))
        .hasMessageContaining("not 0.0");
  }
}
