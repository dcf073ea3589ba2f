package dev.tessera.text;

import dev.tessera.internal.unicode.GeneralCategories;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Rewrites a pattern for `java.util.regex`, so that it means there what it means in its own
/// dialect, with the character classes of the baked Unicode version. Scripts (`\p{Han}`) stay those
/// of the JVM.
final class RegexTranslation {
  private static final int ONIGURUMA_WORD =
      GeneralCategories.LETTER
          | GeneralCategories.MARK
          | GeneralCategories.NUMBER
          | (1 << Character.CONNECTOR_PUNCTUATION);

  private final String regex;
  private final RegexDialect dialect;
  private final StringBuilder java = new StringBuilder();
  private int at;
  private int classDepth;

  private RegexTranslation(String regex, RegexDialect dialect) {
    this.regex = regex;
    this.dialect = dialect;
  }

  /// Compiles `regex`.
  ///
  /// @throws IllegalArgumentException if it is not a pattern, or has what cannot be rewritten
  static Pattern compile(String regex, RegexDialect dialect) {
    String java = new RegexTranslation(regex, dialect).translate();
    try {
      return Pattern.compile(java, dialect.flags());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the pattern `%s` does not compile: %s".formatted(regex, e.getDescription()), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "the pattern of %d characters is nested too deep".formatted(regex.length()), e);
    }
  }

  private String translate() {
    while (at < regex.length()) {
      char c = regex.charAt(at++);
      switch (c) {
        case '\\' -> escape();
        case '[' -> openClass();
        case ']' -> closeClass();
        case '(' -> group();
        case '$' -> java.append(classDepth == 0 && dialect == RegexDialect.RUST ? "\\z" : "$");
        default -> java.append(c);
      }
    }
    return java.toString();
  }

  private void openClass() {
    if (classDepth > 0 && regex.startsWith(":", at)) {
      throw unsupported("a POSIX class, [:name:]", at);
    }
    classDepth++;
    java.append('[');
  }

  private void closeClass() {
    classDepth = Math.max(0, classDepth - 1);
    java.append(']');
  }

  private void group() {
    java.append('(');
    if (classDepth > 0 || !regex.startsWith("?", at)) {
      return;
    }
    java.append('?');
    at++;
    if (regex.startsWith("P<", at)) {
      at++; // (?P<name> is (?<name>
      return;
    }
    while (at < regex.length() && (Character.isLetter(regex.charAt(at)) || charIs('-'))) {
      char flag = regex.charAt(at++);
      java.append(
          switch (flag) {
            case 'i', 'x', '-' -> flag;
            case 's' -> {
              if (dialect == RegexDialect.ONIGURUMA) {
                throw unsupported("the flag s", at);
              }
              yield flag;
            }
            case 'm' -> {
              if (dialect == RegexDialect.RUST) {
                throw unsupported("the flag m", at);
              }
              yield 's';
            }
            default -> throw unsupported("the flag " + flag, at);
          });
    }
  }

  private boolean charIs(char c) {
    return regex.charAt(at) == c;
  }

  private void escape() {
    if (at == regex.length()) {
      throw unsupported("a backslash at the end", at);
    }
    char c = regex.charAt(at++);
    switch (c) {
      case 'p' -> property(false);
      case 'P' -> property(true);
      case 's' -> classText(JavaCharacterClass.WHITE_SPACE, false);
      case 'S' -> classText(JavaCharacterClass.WHITE_SPACE, true);
      case 'd' -> classText(digits(), false);
      case 'D' -> classText(digits(), true);
      case 'w' -> classText(word(), false);
      case 'W' -> classText(word(), true);
      case 'h' -> classText("[0-9A-Fa-f]", false);
      case 'H' -> classText("[0-9A-Fa-f]", true);
      case 'v' -> java.append("\\x{0B}");
      case 'b', 'B' -> boundary(c == 'b');
      case 'K', 'Q', 'E', 'G', 'N', 'O', 'R', 'X', 'y', 'Y' -> throw unsupported("\\" + c, at);
      default -> java.append('\\').append(c);
    }
  }

  private String word() {
    return switch (dialect) {
      case RUST -> JavaCharacterClass.word();
      case ONIGURUMA -> JavaCharacterClass.categories(ONIGURUMA_WORD);
    };
  }

  private static String digits() {
    return JavaCharacterClass.categories(1 << Character.DECIMAL_DIGIT_NUMBER);
  }

  private void classText(String text, boolean negated) {
    java.append(negated ? "[^" + text + "]" : text);
  }

  private void boundary(boolean between) {
    if (classDepth > 0) {
      throw unsupported("\\b within a class", at);
    }
    String word = word();
    String same = between ? "!" : "=";
    String other = between ? "=" : "!";
    java.append("(?:(?<=%1$s)(?%2$s%1$s)|(?<!%1$s)(?%3$s%1$s))".formatted(word, same, other));
  }

  /// `\p{Name}`, `\p{^Name}` or `\pL`.
  private void property(boolean negatedByCase) {
    int end = regex.startsWith("{", at) ? regex.indexOf('}', at) : at;
    if (end < 0 || at >= regex.length()) {
      throw unsupported("\\p without a name", at);
    }
    String name = regex.substring(end > at ? at + 1 : at, Math.max(end, at + 1));
    at = end + 1;
    boolean negated = negatedByCase;
    if (name.startsWith("^")) {
      negated = !negated;
      name = name.substring(1);
    }
    int categories = GeneralCategories.named(name.replaceFirst("^(gc|General_Category)=", ""));
    if (categories != 0) {
      classText(JavaCharacterClass.categories(categories), negated);
    } else if (name.equals("Any")) {
      classText("[\\x{0}-\\x{10FFFF}]", negated);
    } else {
      String script = name.replaceFirst("^(sc|Script)=", "");
      java.append(negated ? "\\P{Is" : "\\p{Is").append(script).append('}');
    }
  }

  private IllegalArgumentException unsupported(String what, int index) {
    return new IllegalArgumentException(
        "the pattern `%s` has %s at character %d, which is not supported"
            .formatted(regex, what, index));
  }
}
