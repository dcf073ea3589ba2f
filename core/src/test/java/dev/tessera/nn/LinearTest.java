package dev.tessera.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinearTest {
  private final NnFixture fixture = NnFixture.open();
  private final Tessera tessera = Tessera.open("scalar");
  private final FloatMatrix weight = FloatMatrix.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private final FloatMatrix bias = FloatMatrix.of(new float[] {0.5f, -40}, 1, 2);

  LinearTest() throws IOException {}

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void rowsAreMultipliedAndTheBiasAdded() {
    try (Linear linear = tessera.linear(weight, bias, Activation.RELU)) {
      FloatMatrix y = linear.apply(FloatMatrix.of(new float[] {1, 0, 1, 1, 1, 3}, 2, 3));
      assertThat(y.toArray()).containsExactly(4.5f, 0, 12.5f, 0);
      assertThat(linear.report().backends().getFirst().backend()).isEqualTo("scalar");
      assertThat(linear.report().backends().getFirst().rows()).isEqualTo(2);
      assertThat(linear.activation()).isEqualTo(Activation.RELU);
    }
  }

  @Test
  void aBatchIsAsManyRows() {
    try (Linear linear = tessera.linear(weight, null, Activation.NONE)) {
      FloatTensor x = FloatTensor.allocate(2, 2, 3);
      for (int i = 0; i < 4; i++) {
        x.set(i / 2, i % 2, 1, i);
      }
      FloatTensor y = linear.apply(x);
      FloatTensor swapped = linear.apply(x.swapped());
      for (int i = 0; i < 4; i++) {
        assertThat(y.get(i / 2, i % 2, 0)).isEqualTo(2 * i);
        assertThat(y.get(i / 2, i % 2, 1)).isEqualTo(5 * i);
        assertThat(swapped.get(i % 2, i / 2, 1)).isEqualTo(5 * i);
      }
    }
  }

  @Test
  void aProjectorAgreesWithTorch() throws IOException {
    Weights weights = fixture.weights().under("model.mm_projector.");
    try (Mlp projector =
        Mlp.of(
            tessera.linear(weights, "0", 10, 16, Activation.GELU),
            tessera.linear(weights, "2", 16, 16, Activation.NONE))) {
      assertThat(projector.inputs()).isEqualTo(10);
      assertThat(projector.outputs()).isEqualTo(16);
      NnFixture.assertClose(
          projector.apply(fixture.matrix("x")), fixture.matrix("projector"), 2e-6);
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Linear linear = tessera.linear(weight, bias, Activation.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear.apply(FloatMatrix.allocate(5, 4)))
        .withMessage("x has 4 columns, the layer has 3 inputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear.apply(FloatMatrix.allocate(5, 3), FloatMatrix.allocate(4, 2)))
        .withMessage("5 rows through a layer of 2 outputs need a result [5 x 2], not [4 x 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tessera.linear(weight, FloatMatrix.allocate(1, 3), Activation.NONE))
        .withMessage("weights [2 x 3] go with a bias [1 x 2], not [1 x 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tessera.linear(FloatMatrix.allocate(0, 3), null, Activation.NONE))
        .withMessage("a linear layer has at least 1 output and 1 input, not weights [0 x 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mlp.of(linear, linear))
        .withMessage("layer 1 has 3 inputs, layer 0 has 2 outputs");
    assertThatIllegalArgumentException().isThrownBy(Mlp::of);
  }

  @Test
  void aClosedTesseraEndsTheLayer() {
    Linear linear = tessera.linear(weight, bias, Activation.NONE);
    tessera.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> linear.apply(FloatMatrix.allocate(1, 3)))
        .withMessageContaining("closed");
    linear.close();
    linear.close();
  }
}
