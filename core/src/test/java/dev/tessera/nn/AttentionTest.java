package dev.tessera.nn;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static final double TOLERANCE = 1e-6;

  private final NnFixture fixture = NnFixture.open();
  private final Backends backends = Backends.open("scalar", new BackendOptions(2));
  private final Attention attention = Attention.of(backends, 2);
  private final FloatMatrix q = fixture.matrix("q");
  private final FloatMatrix k = fixture.matrix("k");
  private final FloatMatrix v = fixture.matrix("v");

  AttentionTest() throws IOException {}

  @AfterEach
  void close() {
    backends.close();
  }

  @Test
  void withoutAMask() throws IOException {
    NnFixture.assertClose(
        attention.apply(q, k, v, AttentionMask.NONE), fixture.matrix("attention"), TOLERANCE);
  }

  @Test
  void withAnAdditiveMask() throws IOException {
    AttentionMask mask = AttentionMask.additive(fixture.matrix("mask"));
    NnFixture.assertClose(
        attention.apply(q, k, v, mask), fixture.matrix("attention_masked"), TOLERANCE);
  }

  @Test
  void withACausalMask() throws IOException {
    FloatMatrix found = attention.apply(q, k.slice(0, 6), v.slice(0, 6), AttentionMask.CAUSAL);
    NnFixture.assertClose(found, fixture.matrix("attention_causal"), TOLERANCE);
  }

  @Test
  void oneKeyGivesItsValueToEveryQuery() {
    FloatMatrix found = attention.apply(q, k.slice(3, 4), v.slice(3, 4), AttentionMask.NONE);
    for (int row = 0; row < 6; row++) {
      NnFixture.assertClose(found.slice(row, row + 1), v.slice(3, 4), 0);
    }
  }

  @Test
  void sequencesOfABatchDoNotSeeEachOther() throws IOException {
    FloatTensor queries = twice(q);
    FloatTensor keys = twice(k);
    FloatTensor values = twice(v);
    keys.set(1, 0, 0, 9);
    attention.apply(queries, keys, values, AttentionMask.NONE, queries); // in place
    NnFixture.assertClose(queries.atFirst(0), fixture.matrix("attention"), TOLERANCE);
    NnFixture.assertClose(
        queries.atFirst(1), attention.apply(q, keys.atFirst(1), v, AttentionMask.NONE), 0);
  }

  private static FloatTensor twice(FloatMatrix matrix) {
    FloatTensor tensor = FloatTensor.allocate(2, matrix.rows(), matrix.columns());
    for (int i = 0; i < 2; i++) {
      for (int row = 0; row < matrix.rows(); row++) {
        for (int column = 0; column < matrix.columns(); column++) {
          tensor.set(i, row, column, matrix.get(row, column));
        }
      }
    }
    return tensor;
  }

  @Test
  void stridedSequencesAreRead() throws IOException {
    FloatTensor tokens = twice(q).swapped();
    NnFixture.assertClose(
        attention.apply(tokens.atSecond(1), k, v, AttentionMask.NONE),
        fixture.matrix("attention"),
        TOLERANCE);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.apply(q, k, v, AttentionMask.CAUSAL))
        .withMessage("a causal mask needs as many keys as queries, not 9 keys and 6 queries");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> attention.apply(q, k, v, AttentionMask.additive(FloatMatrix.allocate(6, 8))))
        .withMessage("6 queries and 9 keys need a mask [6 x 9], not [6 x 8]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attention.of(backends, 3).apply(q, k, v, AttentionMask.NONE))
        .withMessage("3 heads need a multiple of so many columns, not 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.apply(q, k, v.slice(0, 8), AttentionMask.NONE))
        .withMessage("expected values [1 x 9 x 10], found FloatTensor[1 x 8 x 10]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.apply(q, k.slice(0, 0), v.slice(0, 0), AttentionMask.NONE))
        .withMessage(
            "queries FloatTensor[1 x 6 x 10] need keys [1 x m x 10], m at least 1, not"
                + " FloatTensor[1 x 0 x 10]");
  }
}
