package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Where implementations of published systems have gone wrong: each mistake gives other ids here.
final class QuantizerTrapsTest {
  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  /// Mole-BERT's ranges of atoms, half-open as Python's slices are.
  private static final CodeGroups ATOMS =
      CodeGroups.forTheRest("others", 489, 511)
          .with("C", 0, 377, 5)
          .with("N", 378, 433, 6)
          .with("O", 434, 488, 7);

  @Test
  void moleBertRangesAreHalfOpenWithGapsAndItsReleasedCodeTakesAPlainArgmax() {
    // Codeword k is the number k; an atom as far out as it goes finds the last code of its range.
    float[] numbers = new float[512];
    for (int code = 0; code < 512; code++) {
      numbers[code] = code;
    }
    Codebook codebook = Codebook.of(FloatMatrix.of(numbers, 512, 1));
    int[] unused = {377, 433, 488, 511};
    for (int code : unused) {
      assertThat(ATOMS.containing(code)).as("code %d", code).isEmpty();
    }
    FloatMatrix atoms = FloatMatrix.of(new float[] {377, 433, 488, 511, 377, 511}, 6, 1);
    TokenIds types = TokenIds.of(new int[] {5, 6, 7, 0, 6, 5});
    try (Quantizer quantizer = tessera.quantizer(codebook)) {
      assertThat(quantizer.encode(atoms, ATOMS.ranges(types)).toArray())
          .containsExactly(376, 432, 487, 510, 378, 376);
    }
    // The released pre-training takes the greatest of the 300 features instead.
    float[] features = new float[600];
    features[299] = 2;
    features[300 + 5] = 1;
    ArgmaxQuantizer argmax = tessera.argmax(NanPolicy.ERROR);
    assertThat(argmax.encode(FloatMatrix.of(features, 2, 300)).toArray()).containsExactly(299, 5);
  }

  @Test
  void gftLooksUpADotProductWithUnNormalisedCodes() {
    // The long codeword wins the product, the well-directed one the cosine.
    Codebook head = Codebook.of(FloatMatrix.of(new float[] {0, 1, 3, 3}, 2, 2));
    FloatMatrix x = FloatMatrix.of(new float[] {0.2f, 1, 0.2f, 1}, 1, 4);
    FloatMatrix unitX =
        FloatMatrix.of(new float[] {0.19611613f, 0.9805807f, 0.19611613f, 0.9805807f}, 1, 4);
    List<Codebook> heads = List.of(head, head);
    try (MultiHeadQuantizer dot = tessera.multiHead(heads, QuantizerOptions.of(Metric.DOT));
        MultiHeadQuantizer cosine = tessera.multiHead(heads, QuantizerOptions.of(Metric.COSINE))) {
      assertThat(dot.encode(x).toArray()).containsExactly(1, 1);
      assertThat(dot.encode(unitX).toArray()).as("the query's norm").containsExactly(1, 1);
      assertThat(cosine.encode(x).toArray()).containsExactly(0, 0);
      assertThat(dot.decode(dot.encode(x)).toArray()).containsExactly(3, 3, 3, 3);
    }
  }

  @Test
  void cosineResidualsSubtractTheStoredCodeFromTheUnNormalisedResidual() {
    Codebook first = Codebook.of(FloatMatrix.of(new float[] {2, 0, 0, 1}, 2, 2));
    Codebook second = Codebook.of(FloatMatrix.of(new float[] {1, 0.1f, -1, 0.1f, 0, 1}, 3, 2));
    FloatMatrix x = FloatMatrix.of(new float[] {3, 0.2f}, 1, 2);
    // [3, .2] - [2, 0] = [1, .2]; a normalised residual would leave [-1.002, .066], a normalised
    // code
    // [2, .2].
    List<Codebook> levels = List.of(first, second);
    QuantizerOptions cosine = QuantizerOptions.of(Metric.COSINE);
    try (ResidualQuantizer quantizer = tessera.residual(levels, cosine);
        Quantizer level = tessera.quantizer(second, cosine)) {
      assertThat(quantizer.encode(x).toArray()).containsExactly(0, 0);
      FloatMatrix mistaken = FloatMatrix.of(new float[] {-1.002f, 0.066f}, 1, 2);
      assertThat(level.encode(mistaken).toArray()).containsExactly(1);
      assertThat(quantizer.decode(quantizer.encode(x)).toArray()).containsExactly(3, 0.1f);
    }
  }

  @Test
  void dallELogitsAreChannelFirstAndTheirArgmaxIsTheId() {
    int[] ids = {3, 0, 7, 7, 1, 2};
    FloatTensor logits = FloatTensor.allocate(1, 8, 6);
    for (int pixel = 0; pixel < 6; pixel++) {
      logits.set(0, ids[pixel], pixel, 5);
    }
    ArgmaxQuantizer argmax = tessera.argmax(NanPolicy.ERROR);
    assertThat(argmax.encodeChannels(logits).toArray()).isEqualTo(ids);
    FloatMatrix misread = FloatMatrix.of(logits.segment(), 6, 8);
    assertThat(argmax.encode(misread).toArray()).isNotEqualTo(ids);
    // The decoder's 1 x 1 convolution [128 x 8192] is the codebook: id k is its column k.
    FloatMatrix convolution = FloatMatrix.of(new float[] {0, 1, 2, 10, 11, 12}, 2, 3);
    float[] columns = new float[6];
    for (int k = 0; k < 3; k++) {
      columns[2 * k] = convolution.get(0, k);
      columns[2 * k + 1] = convolution.get(1, k);
    }
    Codebook implicit = Codebook.of(FloatMatrix.of(columns, 3, 2));
    assertThat(implicit.gather(TokenIds.of(new int[] {2, 0})).toArray())
        .containsExactly(2, 12, 0, 10);
  }

  @Test
  void gqtIdsAreFlattenedLevelByLevelAndAPadIsNoNode() {
    Codebook codes = Codebook.of(FloatMatrix.of(new float[] {0, 1, 2, 3}, 4, 1));
    List<Codebook> levels = List.of(codes, codes, codes);
    try (ResidualQuantizer quantizer = tessera.residual(levels, QuantizerOptions.L2)) {
      TokenIds ids = TokenIds.of(new int[] {1, 2, 3, -1, -1, -1}, 2, 3);
      TokenIds flat = quantizer.offsets().flatten(ids);
      assertThat(flat.toArray()).containsExactly(1, 4 + 2, 8 + 3, -1, -1, -1);
      assertThat(quantizer.offsets().unflatten(flat).toArray()).isEqualTo(ids.toArray());
      Codebook dictionary = Codebook.concatenate(levels);
      assertThat(dictionary.size()).isEqualTo(12);
      assertThat(dictionary.gather(flat.slice(0, 1)).toArray()).containsExactly(1, 2, 3);
      // torch takes index -1 for the last row; here a pad names none.
      assertThatThrownBy(() -> dictionary.gather(flat))
          .hasMessageContaining("row 1 has the id -1, which is outside [0, 12)");
      assertThat(Arrays.stream(flat.toArray()).filter(id -> id == 11).count()).isOne();
    }
  }
}
