package dev.tessera.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the pieces of a text end by the pattern as it was published, found by `java.util.regex`:
/// what the scanners, written by hand, must agree with.
final class PublishedPattern {
  private static final String SPACES =
      "\\t-\\r"
          + " \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";

  private PublishedPattern() {}

  private static final Pattern GPT2 =
      compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
  private static final Pattern CL100K =
      compile(
          "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+"
              + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s");
  private static final Pattern LLAMA3 =
      compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
  private static final Pattern QWEN2 =
      compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
  private static final Pattern O200K =
      compile(
          "[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
              + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
              + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r"
              + "\\n"
              + "/]*|\\s*[\\r"
              + "\\n"
              + "]+|\\s+(?!\\S)|\\s+");

  /// Java's `\s` is ASCII's, and its `$` lets a line break follow.
  private static Pattern compile(String published) {
    String java =
        published
            .replace("[^\\s", "[^" + SPACES)
            .replace("\\s", "[" + SPACES + "]")
            .replace("\\S", "[^" + SPACES + "]")
            .replace("$", "\\z");
    return Pattern.compile(java, Pattern.UNICODE_CASE);
  }

  private static Pattern of(SplitPattern pattern) {
    return switch (pattern) {
      case GPT2 -> GPT2;
      case CL100K -> CL100K;
      case LLAMA3 -> LLAMA3;
      case QWEN2 -> QWEN2;
      case O200K -> O200K;
    };
  }

  /// Where the pieces of `bytes` end. A byte that is not valid UTF-8 is taken for U+FFFD, which is
  /// neither letter, number nor white space.
  static int[] ends(SplitPattern pattern, byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int[] byteAtChar = new int[bytes.length + 1];
    for (int at = 0; at < bytes.length; ) {
      int length = validLength(bytes, at);
      String character =
          length > 0 ? new String(bytes, at, length, StandardCharsets.UTF_8) : "\uFFFD";
      at += Math.max(length, 1);
      text.append(character);
      byteAtChar[text.length()] = at;
    }
    Matcher matcher = of(pattern).matcher(text);
    int[] ends = new int[text.length()];
    int pieces = 0;
    int from = 0;
    while (matcher.find()) {
      if (matcher.start() != from) {
        throw new AssertionError("the pattern leaves a gap at " + from);
      }
      from = matcher.end();
      ends[pieces++] = byteAtChar[from];
    }
    return Arrays.copyOf(ends, pieces);
  }

  /// How many bytes the valid character at `at` has; 0 if there is none.
  private static int validLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    int length = Integer.numberOfLeadingZeros(~(first << 24));
    if (length < 2 || length > 4 || at + length > bytes.length) {
      return 0;
    }
    int codePoint = first & 0x7F >> length;
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
      codePoint = codePoint << 6 | bytes[at + i] & 0x3F;
    }
    int least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    boolean surrogate = codePoint >= 0xD800 && codePoint < 0xE000;
    return codePoint >= least && codePoint <= 0x10FFFF && !surrogate ? length : 0;
  }
}
