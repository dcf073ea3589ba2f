package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationTest {
  /// From the power series of erf in decimal arithmetic of 400 digits.
  @ParameterizedTest
  @CsvSource({
    "-6, 2.0",
    "-2.5, 1.999593047982555",
    "-1, 1.8427007929497148",
    "-0.001, 1.0011283787909693",
    "1e-10, 0.999999999887162",
    "0.1, 0.887537083981715",
    "0.5, 0.4795001221869535",
    "1, 0.15729920705028513",
    "1.5, 0.033894853524689274",
    "2, 0.004677734981047266",
    "2.4999, 0.0004071699003334514",
    "2.5, 0.0004069520174449589",
    "2.6, 0.00023603441652934908",
    "3, 2.209049699858544e-05",
    "4, 1.541725790028002e-08",
    "5, 1.537459794428035e-12",
    "7, 4.183825607779414e-23",
    "10, 2.088487583762545e-45",
    "15, 7.212994172451207e-100",
    "20, 5.395865611607901e-176"
  })
  void theErrorFunctionIsAccurate(double x, double expected) {
    assertThat(ErrorFunction.complement(x)).isCloseTo(expected, Percentage.withPercentage(1e-10));
  }

  @Test
  void theErrorFunctionHasItsLimits() {
    assertThat(ErrorFunction.complement(Double.POSITIVE_INFINITY)).isZero();
    assertThat(ErrorFunction.complement(Double.NEGATIVE_INFINITY)).isEqualTo(2);
    assertThat(ErrorFunction.complement(0)).isEqualTo(1);
    assertThat(ErrorFunction.complement(Double.NaN)).isNaN();
  }

  @Test
  void seriesAndFractionMeet() {
    double below = ErrorFunction.complement(Math.nextDown(2.5));
    assertThat(ErrorFunction.complement(2.5)).isCloseTo(below, Percentage.withPercentage(1e-10));
  }

  /// LLaVA and BERT mean the exact form; the approximation differs in the fourth digit.
  @Test
  void geluIsTheExactFormAndItsApproximationIsNot() {
    assertThat(Activation.GELU.apply(-1)).isCloseTo(-0.15865525393145707, within(1e-15));
    assertThat(Activation.GELU_TANH.apply(-1)).isCloseTo(-0.15880800939172324, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, -1.5, -1.5",
    "GELU, 2, 1.9544997361036416",
    "GELU_TANH, 2, 1.954597694087775",
    "TANH, 0.5, 0.46211715726000975",
    "RELU, -0.25, 0",
    "RELU, 0.25, 0.25",
    "SILU, 1, 0.7310585786300049",
    "SILU, -3, -0.14227761953270035"
  })
  void valuesAreThoseOfTheFormulas(Activation activation, double x, double expected) {
    assertThat(activation.apply(x)).isCloseTo(expected, within(1e-14));
  }
}
