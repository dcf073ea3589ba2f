package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CodeGroupTest {
  private static final UnifiedVocabulary VOCABULARY =
      UnifiedVocabulary.builder()
          .text(100)
          .append("image", 50) // 100 to 149
          .appendSpecial("<img>") // 150
          .appendSpecial("</img>") // 151
          .build();

  private static final CodeGroup GROUP = new CodeGroup(VOCABULARY, "image", 3, "<img>", "</img>");

  private static final TokenIds TWO = TokenIds.of(new int[] {0, 49, 7, 1, 2, 3}, 2, 3);

  @Test
  void groupsAreWrittenAndRead() {
    int[] ids = GROUP.write(TWO);
    assertThat(ids).containsExactly(150, 100, 149, 107, 151, 150, 101, 102, 103, 151);
    assertThat(GROUP.length()).isEqualTo(5);
    assertThat(GROUP.read(ids, 5).toArray()).containsExactly(1, 2, 3);
    assertThat(GROUP.readAll(ids).toArray()).isEqualTo(TWO.toArray());
    int[] mixed = {5, 6, 150, 100, 149, 107, 151, 9, 150, 101, 102, 103, 151, 99};
    assertThat(GROUP.readAll(mixed).toArray()).isEqualTo(TWO.toArray());
    assertThat(GROUP.readAll(new int[] {1, 2}).rows()).isZero();
    assertThat(GROUP).hasToString("<img>, 3 x image [100, 150), </img>");
  }

  @Test
  void whatIsMalformedIsNamedWithItsPlace() {
    assertMalformed(3, "code 3 of 3 of image", "</img> (id 151)", 150, 101, 102, 151);
    assertMalformed(
        4, "</img> behind 3 codes", "code 4 of image (id 104)", 150, 101, 102, 103, 104, 151);
    assertMalformed(2, "code 2 of 3 of image", "code 5 of text (id 5)", 150, 101, 5, 103, 151);
    assertMalformed(2, "code 2 of 3 of image", "no token (id 152)", 150, 101, 152);
    assertMalformed(1, "<img> before what belongs to a group", "</img> (id 151)", 5, 151);
    assertMalformed(0, "<img> before what belongs to a group", "code 1 of image (id 101)", 101);
  }

  @Test
  void everyTruncationOfAGroupIsAnError() {
    int[] whole = GROUP.write(TWO.slice(0, 1));
    for (int length = 1; length < whole.length; length++) {
      int[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(MalformedSequenceException.class)
          .isThrownBy(() -> GROUP.readAll(cut))
          .satisfies(e -> assertThat(e.position()).isEqualTo(cut.length))
          .withMessageEndingWith("found the end of the sequence");
    }
  }

  private static void assertMalformed(int position, String expected, String found, int... ids) {
    assertThatExceptionOfType(MalformedSequenceException.class)
        .isThrownBy(() -> GROUP.readAll(ids))
        .withMessage("position %d: expected %s, found %s".formatted(position, expected, found));
  }

  @Test
  void otherNumbersOfCodesAreRefused() {
    assertThatThrownBy(() -> GROUP.write(TokenIds.of(new int[] {1, 2}, 1, 2)))
        .hasMessage("a group of image has 3 codes, not 2");
    assertThatThrownBy(() -> GROUP.write(TokenIds.of(new int[] {1, 2, 50}, 1, 3)))
        .hasMessage("row 0, column 2: the code 50 of image is outside [0, 50)");
    assertThatThrownBy(() -> new CodeGroup(VOCABULARY, "image", 0, "<img>", "</img>"))
        .hasMessage("a group has at least 1 code, not 0");
  }
}
