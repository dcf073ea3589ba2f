package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPaddingTest {
  private static final List<int[]> SEQUENCES =
      List.of(new int[] {5, 6, 7}, new int[] {8}, new int[0]);

  @Test
  void idsArePaddedOnTheRight() {
    PaddedIds batch = BatchPadding.RIGHT.pad(SEQUENCES, SEQUENCES, 0);
    assertThat(batch.ids().toArray()).containsExactly(5, 6, 7, 8, 0, 0, 0, 0, 0);
    assertThat(batch.positions().attention().toArray()).containsExactly(1, 1, 1, 1, 0, 0, 0, 0, 0);
    assertThat(batch.positions().positions().toArray()).containsExactly(0, 1, 2, 0, 0, 0, 0, 0, 0);
    assertThat(batch.positions().labels().toArray())
        .containsExactly(5, 6, 7, 8, -100, -100, -100, -100, -100);
    assertThat(batch.positions().dropped().toArray()).containsExactly(0, 0, 0);
  }

  @Test
  void idsArePaddedOnTheLeft() {
    PaddedIds batch = BatchPadding.LEFT.pad(SEQUENCES, 2);
    assertThat(batch.ids().toArray()).containsExactly(5, 6, 7, 2, 2, 8, 2, 2, 2);
    assertThat(batch.positions().attention().toArray()).containsExactly(1, 1, 1, 0, 0, 1, 0, 0, 0);
    assertThat(batch.positions().positions().toArray()).containsExactly(0, 1, 2, 0, 0, 0, 0, 0, 0);
    assertThat(batch.positions().labels().toArray()).containsOnly(-100);
  }

  @Test
  void longSequencesKeepTheirBeginning() {
    PaddedIds batch = BatchPadding.LEFT.withMostTokens(2).pad(SEQUENCES, SEQUENCES, 0);
    assertThat(batch.ids().toArray()).containsExactly(5, 6, 0, 8, 0, 0);
    assertThat(batch.positions().labels().toArray()).containsExactly(5, 6, -100, 8, -100, -100);
    assertThat(batch.positions().dropped().toArray()).containsExactly(1, 0, 0);
    assertThatThrownBy(() -> BatchPadding.LEFT.withMostTokens(0))
        .hasMessage("a sequence keeps at least 1 token, not 0");
  }

  @Test
  void embeddingsArePaddedWithZeroRows() {
    EmbeddedSequence two =
        new EmbeddedSequence(FloatMatrix.of(new float[] {1, 2, 3, 4}, 2, 2), new int[] {-100, 9});
    EmbeddedSequence one =
        new EmbeddedSequence(FloatMatrix.of(new float[] {5, 6}, 1, 2), new int[] {8});
    PaddedEmbeddings batch = BatchPadding.LEFT.pad(List.of(two, one));
    assertThat(batch.rows().atFirst(0).toArray()).containsExactly(1, 2, 3, 4);
    assertThat(batch.rows().atFirst(1).toArray()).containsExactly(0, 0, 5, 6);
    assertThat(batch.positions().labels().toArray()).containsExactly(-100, 9, -100, 8);
    assertThat(batch.positions().attention().toArray()).containsExactly(1, 1, 0, 1);
    PaddedEmbeddings right = BatchPadding.RIGHT.withMostTokens(1).pad(List.of(two, one));
    assertThat(right.rows().second()).isEqualTo(1);
    assertThat(right.positions().dropped().toArray()).containsExactly(1, 0);
    EmbeddedSequence wide = new EmbeddedSequence(FloatMatrix.allocate(1, 3), new int[] {8});
    assertThatThrownBy(() -> BatchPadding.LEFT.pad(List.of(two, wide)))
        .hasMessage("sequence 0 has 2 columns, sequence 1 has 3");
    assertThatThrownBy(() -> new EmbeddedSequence(FloatMatrix.allocate(1, 3), new int[2]))
        .hasMessage("there are 1 rows and 2 labels");
    assertThatThrownBy(() -> BatchPadding.LEFT.pad(List.of()))
        .hasMessage("a batch of embeddings has at least 1 sequence");
  }

  @Test
  void labelsThatDoNotFitAreNamed() {
    assertThatThrownBy(() -> BatchPadding.RIGHT.pad(SEQUENCES, List.of(), 0))
        .hasMessage("there are 3 sequences and labels of 0");
    assertThatThrownBy(() -> BatchPadding.RIGHT.pad(List.of(new int[2]), List.of(new int[3]), 0))
        .hasMessage("sequence 0 has 2 ids and 3 labels");
  }

  @Test
  void labelsOfAnAnswerAndOfAModality() {
    int[] ids = {1, 2, 3, 4};
    assertThat(Labels.from(ids, 2)).containsExactly(-100, -100, 3, 4);
    assertThat(Labels.where(ids, id -> id % 2 == 0)).containsExactly(-100, 2, -100, 4);
    assertThat(Labels.none(2)).containsExactly(-100, -100);
    assertThatThrownBy(() -> Labels.from(ids, 5))
        .hasMessage("a sequence of 4 ids has no position 5");
  }

  @Test
  void aSequenceKnowsItsPieces() {
    TokenSequence sequence =
        TokenSequence.builder()
            .add("text", 1, 2)
            .add("image")
            .add("image", new int[100])
            .add("text", 3)
            .build();
    assertThat(sequence.length()).isEqualTo(103);
    assertThat(sequence).hasToString("TokenSequence[text 2, image 100, text 1]");
    assertThat(sequence.spans().get(1)).isEqualTo(new TokenSequence.Span("image", 2, 102));
    assertThat(sequence.ids(sequence.spans().get(2))).containsExactly(3);
    assertThat(sequence.ids()).startsWith(1, 2, 0).endsWith(0, 3);
  }
}
