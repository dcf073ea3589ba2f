package dev.tessera.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QFormerTest {
  private static final double TOLERANCE = 1e-5; // 1e-4 is what must be held
  private static final QFormerOptions BLIP2 = QFormerOptions.BLIP2.withHeads(4);
  private static final QFormerOptions SEED = QFormerOptions.SEED.withHeads(4);

  private final NnFixture fixture = NnFixture.open();
  private final Tessera tessera = Tessera.open("scalar");

  QFormerTest() throws IOException {}

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void blip2AgreesWithTorch() throws IOException {
    try (QFormer qformer = tessera.qformer(fixture.weights(), BLIP2)) {
      assertThat(qformer.queries()).isEqualTo(5);
      assertThat(qformer.width()).isEqualTo(24);
      assertThat(qformer.encoderWidth()).isEqualTo(20);
      assertThat(qformer.layers()).isEqualTo(3);
      NnFixture.assertClose(
          qformer.apply(fixture.tensor("encoded")), fixture.tensor("qformer"), TOLERANCE);
      NnFixture.assertClose(
          qformer.apply(fixture.tensor("encoded").atFirst(1)),
          fixture.tensor("qformer").atFirst(1),
          TOLERANCE);
    }
  }

  @Test
  void seedsQueriesSeeOnlyThoseBeforeThem() throws IOException {
    try (QFormer qformer = tessera.qformer(fixture.weights(), SEED)) {
      FloatTensor found = qformer.apply(fixture.tensor("encoded"));
      NnFixture.assertClose(found, fixture.tensor("qformer_causal"), TOLERANCE);
      FloatMatrix plain = fixture.tensor("qformer").atFirst(0);
      assertThat(found.get(0, 0, 0)).isNotEqualTo(plain.get(0, 0));
    }
  }

  /// One row a node: every query gets the same value from cross-attention.
  @Test
  void graphTranslatorsNodesAreImagesOfOneRow() throws IOException {
    try (QFormer qformer = tessera.qformer(fixture.weights(), BLIP2)) {
      NnFixture.assertClose(
          qformer.apply(fixture.tensor("encoded_single")),
          fixture.tensor("qformer_single"),
          TOLERANCE);
    }
  }

  @Test
  void aLargeBatchGivesWhatEachImageGivesAlone() throws IOException {
    FloatTensor encoded = fixture.tensor("encoded");
    FloatTensor many = FloatTensor.allocate(7, 19, 20).swapped(); // strided, too
    for (int i = 0; i < 19; i++) {
      for (int row = 0; row < 7; row++) {
        for (int column = 0; column < 20; column++) {
          many.set(i, row, column, encoded.get(i % 2, row, column));
        }
      }
    }
    try (QFormer qformer = tessera.qformer(fixture.weights(), BLIP2)) {
      FloatTensor found = qformer.apply(many);
      for (int i = 0; i < 19; i++) {
        NnFixture.assertClose(
            found.atFirst(i), fixture.tensor("qformer").atFirst(i % 2), TOLERANCE);
      }
    }
  }

  @Test
  void queriesMayBeTheCallersOwn() throws IOException {
    try (QFormer qformer = tessera.qformer(fixture.weights(), BLIP2)) {
      FloatMatrix tokens = fixture.weights().matrix("query_tokens", 5, 24);
      NnFixture.assertClose(
          qformer.apply(fixture.tensor("encoded"), tokens), fixture.tensor("qformer"), TOLERANCE);
      FloatTensor fewer = qformer.apply(fixture.tensor("encoded"), tokens.slice(0, 2));
      assertThat(fewer.second()).isEqualTo(2);
    }
  }

  @Test
  void whatServedEachLayerIsReported() throws IOException {
    try (QFormer qformer = tessera.qformer(fixture.weights(), BLIP2)) {
      qformer.prepare();
      assertThat(qformer.apply(fixture.tensor("encoded")).first()).isEqualTo(2);
      assertThat(qformer.report()).hasSize(2 * 10 + 6);
      assertThat(
              qformer
                  .report()
                  .get("Qformer.bert.encoder.layer.2.crossattention.self.key")
                  .backends()
                  .getFirst()
                  .rows())
          .isEqualTo(14);
    }
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    Map<String, Tensor> tensors = fixture.tensors();
    tensors.remove("Qformer.bert.encoder.layer.1.attention.self.query.weight");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> tessera.qformer(Weights.of(tensors), BLIP2))
        .withMessageStartingWith(
            "expected a tensor called 'Qformer.bert.encoder.layer.1.attention.self.query.weight',"
                + " found 'Qformer.bert.embeddings");
    Map<String, Tensor> none = Map.of();
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> tessera.qformer(Weights.of(none), BLIP2))
        .withMessage("expected a tensor called 'query_tokens', found none");
  }

  @Test
  void aWrongShapeIsNamed() throws IOException {
    Map<String, Tensor> tensors = fixture.tensors();
    tensors.put(
        "Qformer.bert.encoder.layer.2.output_query.dense.bias",
        Tensor.of(FloatMatrix.allocate(1, 23), 23));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> tessera.qformer(Weights.of(tensors), BLIP2))
        .withMessage(
            "FloatMatrix[1 x 23]: expected 'Qformer.bert.encoder.layer.2.output_query.dense.bias'"
                + " with the shape [24], found [23]");
  }

  @Test
  void anEncoderOfAnotherWidthIsNamed() throws IOException {
    try (QFormer qformer = tessera.qformer(fixture.weights(), BLIP2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> qformer.apply(FloatTensor.allocate(1, 7, 21)))
          .withMessage(
              "expected the encoder's output [b x m x 20], m at least 1, found FloatTensor[1 x 7 x"
                  + " 21]");
    }
  }
}
