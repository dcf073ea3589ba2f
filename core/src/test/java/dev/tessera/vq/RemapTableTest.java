package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.TokenIds;
import org.junit.jupiter.api.Test;

final class RemapTableTest {
  private static final RemapTable TABLE = RemapTable.of(7, 3, 100);
  private static final TokenIds CODES = TokenIds.of(new int[] {3, 100, -1, 7}, 2, 2);
  private static final TokenIds STRANGE = TokenIds.of(new int[] {3, 4, 5, 6}, 2, 2);

  @Test
  void usedCodesGoBothWays() {
    TokenIds ids = TABLE.remap(CODES);
    assertThat(ids.toArray()).containsExactly(1, 2, -1, 0);
    assertThat(TABLE.restore(ids).toArray()).isEqualTo(CODES.toArray());
    assertThat(TABLE.size()).isEqualTo(3);
    assertThat(TABLE.used()).containsExactly(7, 3, 100);
  }

  @Test
  void whatIsNotInUseIsRefusedOrMapped() {
    assertThatThrownBy(() -> TABLE.remap(STRANGE))
        .hasMessage("row 0 has the code 4 in column 1, which is none of the 3 in use");
    assertThat(TABLE.withFixedId(2).remap(STRANGE).toArray()).containsExactly(1, 2, 2, 2);
    RemapTable extra = TABLE.withExtraId();
    assertThat(extra.size()).isEqualTo(4);
    assertThat(extra.remap(STRANGE).toArray()).containsExactly(1, 3, 3, 3);
    assertThat(extra.restore(TokenIds.of(new int[] {3})).toArray()).containsExactly(7);
    int[] random = TABLE.withRandomIds(5).remap(STRANGE).toArray();
    assertThat(random).isEqualTo(TABLE.withRandomIds(5).remap(STRANGE).toArray());
    for (int id : random) {
      assertThat(id).isBetween(0, 2);
    }
    assertThatThrownBy(() -> TABLE.withExtraId().remap(TokenIds.of(new int[] {-5})))
        .hasMessageContaining("the code -5");
  }

  @Test
  void badTablesAndIdsAreNamed() {
    assertThatThrownBy(RemapTable::of).hasMessageContaining("at least 1 code");
    assertThatThrownBy(() -> RemapTable.of(3, -1)).hasMessageContaining("not -1");
    assertThatThrownBy(() -> RemapTable.of(3, 4, 3)).hasMessage("the code 3 is in use twice");
    assertThatThrownBy(() -> TABLE.restore(TokenIds.of(new int[] {0, 3})))
        .hasMessage("row 1 has the id 3 in column 0, which is outside [0, 3)");
    assertThatThrownBy(() -> TABLE.withFixedId(3)).hasMessageContaining("[0, 3), not 3");
  }
}
