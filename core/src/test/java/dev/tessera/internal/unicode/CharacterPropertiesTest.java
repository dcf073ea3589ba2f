package dev.tessera.internal.unicode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CharacterPropertiesTest {
  @Test
  void theVersionIsNamed() {
    assertThat(CharacterProperties.UNICODE_VERSION).isEqualTo("16.0.0");
  }

  /// Java's own tables differ where its Unicode version assigns more, or fewer, characters, and in
  /// the few that a version has moved. Both know the characters of old.
  @Test
  void categoriesAreJavasOwnForAllButAFewCharacters() {
    long differing =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(c -> CharacterProperties.category(c) != Character.getType(c))
            .filter(c -> CharacterProperties.category(c) != 0 && Character.isDefined(c))
            .count();
    assertThat(differing).isLessThan(20);
    assertThat(IntStream.range(0, 0x370).map(CharacterProperties::category))
        .containsExactlyElementsOf(
            IntStream.range(0, 0x370).map(Character::getType).boxed().toList());
  }

  @Test
  void whiteSpaceIsThePropertyAndNotJavas() {
    int[] expected =
        IntStream.concat(
                IntStream.concat(
                    IntStream.rangeClosed(9, 13), IntStream.rangeClosed(0x2000, 0x200A)),
                IntStream.of(0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
            .sorted()
            .toArray();
    assertThat(
            IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(CharacterProperties::isWhiteSpace)
                .toArray())
        .isEqualTo(expected);
  }

  @Test
  void wordCharacters() {
    assertThat("aZ_09\u00E9\u4E2D\u0301\u203F\u200D\u0663".codePoints())
        .allMatch(CharacterProperties::isWord);
    assertThat(" -.'\u00B2\u2460\u00D7\u3000".codePoints().filter(c -> c != 0x2460))
        .noneMatch(CharacterProperties::isWord);
  }

  @Test
  void aCharacterIsOneOfLetterNumberSpaceAndOther() {
    int kinds = TextClass.LETTER | TextClass.NUMBER | TextClass.SPACE | TextClass.OTHER;
    assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT))
        .allMatch(c -> Integer.bitCount(TextClass.of(c) & kinds) == 1);
  }

  @Test
  void categoriesHaveTheirUnicodeNames() {
    assertThat(GeneralCategories.named("Lu")).isEqualTo(1 << Character.UPPERCASE_LETTER);
    assertThat(GeneralCategories.named("P")).isEqualTo(GeneralCategories.PUNCTUATION);
    assertThat(GeneralCategories.named("Han")).isZero();
    int all =
        Arrays.stream(new String[] {"L", "M", "N", "Z", "C", "P", "S"})
            .mapToInt(GeneralCategories::named)
            .reduce(0, (a, b) -> a | b);
    assertThat(all).isEqualTo(0x7FFFFFFF & ~(1 << 17));
  }
}
