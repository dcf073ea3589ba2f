package dev.tessera.nn;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NormsTest {
  private static final double TOLERANCE = 1e-6;

  private final NnFixture fixture = NnFixture.open();
  private final FloatMatrix x = fixture.matrix("x");
  private final FloatMatrix weight = fixture.vector("norm_weight");
  private final FloatMatrix bias = fixture.vector("norm_bias");

  NormsTest() throws IOException {}

  @Test
  void layerNormAgreesWithTorch() throws IOException {
    LayerNorm norm = LayerNorm.of(weight, bias, 1e-5);
    NnFixture.assertClose(norm.apply(x), fixture.matrix("layer_norm"), TOLERANCE);
    FloatMatrix inPlace = FloatMatrix.of(x.toArray(), 6, 10);
    norm.apply(inPlace, inPlace);
    NnFixture.assertClose(inPlace, fixture.matrix("layer_norm"), TOLERANCE);
  }

  @Test
  void theNormOfASumIsTheNormOfTheSum() {
    LayerNorm norm = LayerNorm.of(weight, bias, 1e-5);
    float[] doubled = x.toArray();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    FloatMatrix y = FloatMatrix.allocate(6, 10);
    norm.applyToSum(x, x, y);
    NnFixture.assertClose(y, norm.apply(FloatMatrix.of(doubled, 6, 10)), 0);
  }

  /// Rows of one value: the variance is 0, and eps alone divides.
  @Test
  void epsDecidesWhereARowIsConstant() {
    FloatMatrix ones = FloatMatrix.of(new float[] {1, 1}, 1, 2);
    FloatMatrix shift = FloatMatrix.of(new float[] {5, 7}, 1, 2);
    FloatMatrix constant = FloatMatrix.of(new float[] {3, 3, 1, 1.002f}, 2, 2);
    FloatMatrix found = LayerNorm.of(ones, shift, 1e-6).apply(constant);
    float half = 0.001f / (float) Math.sqrt(2e-6);
    NnFixture.assertClose(
        found, FloatMatrix.of(new float[] {5, 7, 5 - half, 7 + half}, 2, 2), 1e-4);
  }

  @Test
  void rmsNormAgreesWithTorch() throws IOException {
    NnFixture.assertClose(RmsNorm.of(weight, 1e-6).apply(x), fixture.matrix("rms_norm"), TOLERANCE);
  }

  @Test
  void batchNormAgreesWithTorch() throws IOException {
    BatchNorm norm =
        BatchNorm.of(
            weight, bias, fixture.vector("norm_mean"), fixture.vector("norm_variance"), 1e-5);
    NnFixture.assertClose(norm.apply(x), fixture.matrix("batch_norm"), 2e-6);
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    FloatMatrix shorter = FloatMatrix.allocate(1, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerNorm.of(weight, shorter, 1e-5))
        .withMessage("a norm of 10 columns needs a bias [1 x 10], not [1 x 9]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerNorm.of(weight, bias, 0))
        .withMessage("eps must be above 0, not 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RmsNorm.of(weight, 1e-6).apply(shorter))
        .withMessage("a norm of 10 columns and 1 rows got [1 x 9]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BatchNorm.of(
                    weight,
                    bias,
                    bias,
                    FloatMatrix.of(new float[] {1, 1, 1, -1, 1, 1, 1, 1, 1, 1}, 1, 10),
                    1e-5))
        .withMessage("a variance is at least 0, that of column 3 is -1.0");
  }
}
