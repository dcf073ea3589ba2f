package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.TokenIds;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnifiedVocabularyTest {
  private static final UnifiedVocabulary SEED =
      UnifiedVocabulary.builder()
          .text(32000)
          .special("<s>", 1)
          .append("image", 8192)
          .appendSpecial("<img>")
          .appendSpecial("</img>")
          .build();

  @Test
  void idsAndCodesAreTurnedIntoEachOtherBothWays() {
    assertThat(SEED.size()).isEqualTo(40194);
    assertThat(SEED.id("image", 0)).isEqualTo(32000);
    assertThat(SEED.id("image", 8191)).isEqualTo(40191);
    assertThat(SEED.special("</img>").first()).isEqualTo(40193);
    assertThat(SEED.token(32005)).isEqualTo(new VocabularyToken.Code("image", 5));
    assertThat(SEED.token(31999)).isEqualTo(new VocabularyToken.Code("text", 31999));
    assertThat(SEED.token(40192)).isEqualTo(new VocabularyToken.Special("<img>"));
    for (int id = 0; id < SEED.size(); id++) {
      int back =
          switch (SEED.token(id)) {
            case VocabularyToken.Code(String range, int code) -> SEED.id(range, code);
            case VocabularyToken.Special(String name) -> SEED.special(name).first();
          };
      assertThat(back).isEqualTo(id);
    }
  }

  @Test
  void aSpecialTokenMayBeOneOfTheText() {
    assertThat(SEED.token(1)).isEqualTo(new VocabularyToken.Special("<s>"));
    assertThat(SEED.range("text").contains(1)).isTrue();
    assertThat(SEED.describe(1)).isEqualTo("<s> (id 1)");
    assertThat(SEED.describe(40194)).isEqualTo("no token (id 40194)");
  }

  @Test
  void gapsAreNoTokens() {
    UnifiedVocabulary vocabulary =
        UnifiedVocabulary.builder().text(10).range("image", 20, 5).special("end", 30).build();
    assertThat(vocabulary.size()).isEqualTo(31);
    assertThat(vocabulary.find(10)).isEmpty();
    assertThat(vocabulary.find(-1)).isEmpty();
    assertThatThrownBy(() -> vocabulary.token(25))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the id 25 is no token; there are [text [0, 10), image [20, 25)] and the special tokens"
                + " {end=30}");
  }

  @Test
  void codesOutsideTheirRangeAreNamed() {
    IdRange image = SEED.range("image");
    assertThatThrownBy(() -> SEED.id("image", 8192))
        .hasMessage("the code 8192 of image is outside [0, 8192)");
    assertThatThrownBy(() -> image.code(31999))
        .hasMessage("the id 31999 is outside [32000, 40192), the ids of image");
    assertThatThrownBy(() -> image.ids(TokenIds.of(new int[] {1, 2, 3, -1}, 2, 2)))
        .hasMessage("row 1, column 1: the code -1 of image is outside [0, 8192)");
    assertThatThrownBy(() -> SEED.range("audio"))
        .hasMessageStartingWith(
            "the vocabulary has no range audio; it has [text [0, 32000), image");
    assertThatThrownBy(() -> SEED.special("<a>"))
        .hasMessage("the vocabulary has no special token <a>; it has [<s>, <img>, </img>]");
  }

  @Test
  void whatOverlapsIsRefusedByName() {
    assertThatThrownBy(() -> builder().range("image", 9, 5).build())
        .hasMessage("the ranges text [0, 10) and image [9, 14) overlap");
    assertThatThrownBy(() -> builder().append("text", 5).build())
        .hasMessage("there are two ranges text");
    assertThatThrownBy(() -> builder().append("image", 5).special("x", 12).build())
        .hasMessage("the special token x has the id 12, which is a code of image [10, 15)");
    assertThatThrownBy(() -> builder().specials(Map.of("x", 12)).special("y", 12).build())
        .hasMessage("the special tokens x and y have the same id 12");
    assertThatThrownBy(() -> builder().special("x", 12).special("x", 13))
        .hasMessage("there are two special tokens x");
    assertThatThrownBy(() -> builder().special("x", -1))
        .hasMessage("the special token x has an id in [0, 2147483647), not -1");
    assertThatThrownBy(() -> builder().range("image", Integer.MAX_VALUE, 1))
        .hasMessageStartingWith("image: a range has at least 1 id");
  }

  private static UnifiedVocabulary.Builder builder() {
    return UnifiedVocabulary.builder().text(10);
  }
}
