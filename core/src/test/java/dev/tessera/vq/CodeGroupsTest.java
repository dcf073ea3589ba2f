package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.tensor.TokenIds;
import org.junit.jupiter.api.Test;

final class CodeGroupsTest {
  private static final CodeGroups GROUPS =
      CodeGroups.forTheRest("others", 8, 10).with("carbon", 0, 5, 5).with("metals", 6, 8, 26, 28);

  @Test
  void rowsGetTheRangeOfTheirKey() {
    CodeRanges ranges = GROUPS.ranges(TokenIds.of(new int[] {5, 1, 28, 26}));
    assertThat(ranges.rows()).isEqualTo(4);
    int[][] expected = {{0, 5}, {8, 10}, {6, 8}, {6, 8}};
    for (int row = 0; row < 4; row++) {
      assertThat(ranges.low(row)).isEqualTo(expected[row][0]);
      assertThat(ranges.high(row)).isEqualTo(expected[row][1]);
    }
    assertThat(GROUPS.of(26).name()).isEqualTo("metals");
  }

  @Test
  void codesHaveTheirGroupAndGapsNone() {
    assertThat(GROUPS.containing(4)).map(CodeGroups.Group::name).contains("carbon");
    assertThat(GROUPS.containing(5)).isEmpty();
    assertThat(GROUPS.containing(9)).map(CodeGroups.Group::name).contains("others");
    assertThat(GROUPS.containing(10)).isEmpty();
    assertThat(GROUPS.groups()).hasSize(3);
  }

  @Test
  void badGroupsAreNamed() {
    assertThatThrownBy(() -> GROUPS.with("more", 4, 6, 1))
        .hasMessage("the group more has the range [4, 6), which overlaps [0, 5) of carbon");
    assertThatThrownBy(() -> GROUPS.with("carbon", 20, 21, 1))
        .hasMessage("there are two groups called carbon");
    assertThatThrownBy(() -> GROUPS.with("more", 20, 21, 26))
        .hasMessage("the key 26 belongs to metals and to more");
    assertThatThrownBy(() -> GROUPS.with("more", 20, 21)).hasMessageContaining("at least 1 key");
    assertThatThrownBy(() -> CodeGroups.forTheRest("none", 3, 3)).hasMessageContaining("[3, 3)");
    assertThatThrownBy(() -> GROUPS.ranges(TokenIds.allocate(2, 2)))
        .hasMessage("keys have 1 column, not 2");
  }
}
