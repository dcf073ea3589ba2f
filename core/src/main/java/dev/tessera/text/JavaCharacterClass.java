package dev.tessera.text;

import dev.tessera.internal.unicode.CharacterProperties;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Character classes of the baked Unicode version, written for `java.util.regex`: Java's class of
/// that name, plus and minus the characters in which the JVM's Unicode version differs.
final class JavaCharacterClass {
  static final String WHITE_SPACE =
      "[\\t-\\r \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}"
          + "\\x{3000}]";

  private static final String[] CATEGORY_NAMES = {
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
    "Cf", "", "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"
  };

  private static final String JAVA_WORD =
      "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{IsJoin_Control}";

  /// The characters whose properties this JVM sees otherwise.
  private static final int[] DIFFERING =
      IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
          .filter(
              c ->
                  CharacterProperties.category(c) != Character.getType(c)
                      || CharacterProperties.isWord(c) != isJavaWord(c))
          .toArray();

  private JavaCharacterClass() {}

  /// A class of general categories, each a bit `1 << category`.
  static String categories(int set) {
    StringBuilder names = new StringBuilder();
    for (int category = 0; category < CATEGORY_NAMES.length; category++) {
      if ((set & 1 << category) != 0) {
        names.append("\\p{").append(CATEGORY_NAMES[category]).append('}');
      }
    }
    return mended(
        names.toString(),
        c -> CharacterProperties.isIn(c, set),
        c -> (set & 1 << Character.getType(c)) != 0);
  }

  /// `\w`.
  static String word() {
    return mended(JAVA_WORD, CharacterProperties::isWord, JavaCharacterClass::isJavaWord);
  }

  private static boolean isJavaWord(int c) {
    int type = Character.getType(c);
    return Character.isAlphabetic(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.CONNECTOR_PUNCTUATION
        || c == 0x200C
        || c == 0x200D;
  }

  private static String mended(String java, IntPredicate meant, IntPredicate found) {
    StringBuilder missing = new StringBuilder();
    StringBuilder wrong = new StringBuilder();
    for (int c : DIFFERING) {
      if (meant.test(c) != found.test(c)) {
        (meant.test(c) ? missing : wrong).append("\\x{%X}".formatted(c));
      }
    }
    String union = "[" + java + missing + "]";
    return wrong.isEmpty() ? union : "[" + union + "&&[^" + wrong + "]]";
  }
}
