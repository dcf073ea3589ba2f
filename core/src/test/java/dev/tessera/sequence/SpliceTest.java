package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpliceTest {
  /// Row i is (i, -i).
  private static final FloatMatrix TABLE = rows(0, 10);

  /// Rows (100, -100), (101, -101).
  private static final FloatMatrix TWO = rows(100, 2);

  /// Rows (200, -200) to (202, -202).
  private static final FloatMatrix THREE = rows(200, 3);

  private static FloatMatrix rows(int first, int count) {
    float[] values = new float[2 * count];
    for (int i = 0; i < count; i++) {
      values[2 * i] = first + i;
      values[2 * i + 1] = -(first + i);
    }
    return FloatMatrix.of(values, count, 2);
  }

  /// The first column, which tells where a row is from.
  private static int[] origins(EmbeddedSequence sequence) {
    int[] origins = new int[sequence.length()];
    for (int i = 0; i < origins.length; i++) {
      origins[i] = (int) sequence.rows().get(i, 0);
      assertThat(sequence.rows().get(i, 1)).isEqualTo(-sequence.rows().get(i, 0));
    }
    return origins;
  }

  @Test
  void expandGivesEachPlaceholderARowOfFeatures() {
    Splice splice = Splice.expand(Splice.PLACEHOLDER);
    EmbeddedSequence sequence =
        splice.embed(
            new int[] {1, -200, 2, 3, -200},
            new int[] {1, -100, 2, 3, 7},
            TABLE,
            List.of(TWO, THREE));
    assertThat(origins(sequence)).containsExactly(1, 100, 101, 2, 3, 200, 201, 202);
    assertThat(sequence.labels()).containsExactly(1, -100, -100, 2, 3, -100, -100, -100);
    assertThat(origins(splice.embed(new int[] {4, 5}, TABLE, List.of()))).containsExactly(4, 5);
    assertThat(origins(splice.embed(new int[] {-200}, TABLE, List.of(TWO))))
        .containsExactly(100, 101);
    assertThatThrownBy(() -> splice.embed(new int[] {1, -200}, TABLE, List.of(TWO, THREE)))
        .hasMessage("the ids have 1 placeholders (-200) for 2 features");
    assertThatThrownBy(() -> splice.embed(new int[] {1, 10, -200}, TABLE, List.of(TWO)))
        .hasMessage("position 1 has the id 10, the embedding table has the rows [0, 10)");
    assertThatThrownBy(
            () -> splice.embed(new int[] {-200}, TABLE, List.of(FloatMatrix.allocate(1, 3))))
        .hasMessage("feature 0 has 3 columns, the embedding table has 2");
    assertThatThrownBy(() -> splice.embed(new int[] {1}, new int[0], TABLE, List.of()))
        .hasMessage("there are 1 ids and 0 labels");
  }

  @Test
  void overwriteRunsKeepsLengthAndMarkers() {
    Splice splice = Splice.overwriteRuns(8, 9);
    int[] ids = {1, 8, 7, 7, 9, 2, 8, 7, 7, 7, 9};
    EmbeddedSequence sequence = splice.embed(ids, ids, TABLE, List.of(TWO, THREE));
    assertThat(origins(sequence)).containsExactly(1, 8, 100, 101, 9, 2, 8, 200, 201, 202, 9);
    assertThat(sequence.labels()).containsExactly(1, 8, -100, -100, 9, 2, 8, -100, -100, -100, 9);
    assertThatThrownBy(() -> splice.embed(new int[] {8, 7, 9}, TABLE, List.of(TWO)))
        .hasMessage(
            "position 3: expected the end marker (9) behind 2 ids for the rows of feature 0, found"
                + " the end of the sequence");
    assertThatThrownBy(() -> splice.embed(new int[] {8, 7, 7, 7, 9}, TABLE, List.of(TWO)))
        .hasMessage(
            "position 3: expected the end marker (9) behind 2 ids for the rows of feature 0, found"
                + " id 7");
    assertThatThrownBy(() -> splice.embed(new int[] {8, 7, 7}, TABLE, List.of(TWO)))
        .hasMessage("the ids have 1 begin markers (8) and 0 end markers (9) for 1 features");
  }

  @Test
  void overwriteFromTakesRowsInTheirOrder() {
    Splice splice = Splice.overwriteFrom(32000);
    int[] ids = {1, 32000, 32001, 2, 32002, 32000, 3, 32108};
    EmbeddedSequence sequence = splice.embed(ids, ids, TABLE, List.of(TWO, THREE));
    assertThat(origins(sequence)).containsExactly(1, 100, 101, 2, 200, 201, 3, 202);
    assertThat(sequence.labels()).containsExactly(1, -100, -100, 2, -100, -100, 3, -100);
    assertThatThrownBy(() -> splice.embed(ids, TABLE, List.of(TWO)))
        .hasMessage("5 ids are at least 32000, the 1 features have 2 rows");
  }

  @Test
  void prefixAndHead() {
    int[] ids = {1, 1, 4};
    assertThat(origins(Splice.prefix().embed(ids, TABLE, List.of(TWO, THREE))))
        .containsExactly(100, 101, 200, 201, 202, 1, 1, 4);
    EmbeddedSequence head = Splice.overwriteHead().embed(ids, ids, TABLE, List.of(TWO));
    assertThat(origins(head)).containsExactly(100, 101, 4);
    assertThat(head.labels()).containsExactly(-100, -100, 4);
    assertThatThrownBy(() -> Splice.overwriteHead().embed(ids, TABLE, List.of(TWO, THREE)))
        .hasMessage("3 ids cannot give their places to the 5 rows of the features");
  }

  @Test
  void rowsWithGapsAreTakenAsTheyAre() {
    FloatMatrix wide = FloatMatrix.of(new float[] {1, -1, 9, 2, -2, 9}, 2, 3).sliceColumns(0, 2);
    assertThat(origins(Splice.prefix().embed(new int[] {1}, wide, List.of(wide))))
        .containsExactly(1, 2, 2);
  }

  @Test
  void addedTokensBeginWithTheMeanOrWithZeros() {
    FloatMatrix table = FloatMatrix.of(new float[] {1, 2, 3, 6}, 2, 2);
    assertThat(AddedRows.mean(table, 2).toArray()).containsExactly(1, 2, 3, 6, 2, 4, 2, 4);
    assertThat(AddedRows.zero(table, 1).toArray()).containsExactly(1, 2, 3, 6, 0, 0);
    assertThatThrownBy(() -> AddedRows.mean(FloatMatrix.allocate(0, 2), 1))
        .hasMessage("a table without rows has no mean: FloatMatrix[0 x 2]");
    assertThatThrownBy(() -> AddedRows.zero(table, -1))
        .hasMessage("at least 0 tokens are added, not -1");
  }
}
