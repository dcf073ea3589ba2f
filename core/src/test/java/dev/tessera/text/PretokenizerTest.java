package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.internal.unicode.GeneralCategories;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.text.Pretokenizer.Behavior;
import dev.tessera.text.Pretokenizer.PrependScheme;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pieces as Hugging Face tokenizers and tiktoken cut them: `pretokenizers.tsv`, which
/// `make_pretokenizers.py` beside it has written.
final class PretokenizerTest {
  private static final String DEEPSEEK =
      "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+";

  private static Map<String, Pretokenizer> steps() {
    Map<String, Pretokenizer> steps = new HashMap<>();
    Pretokenizer digits = Pretokenizer.digits(true);
    steps.put("whitespace", Pretokenizer.whitespace());
    steps.put("whitespace_split", Pretokenizer.whitespaceSplit());
    steps.put("digits", Pretokenizer.digits(false));
    steps.put("digits_individual", digits);
    steps.put("metaspace_first", Pretokenizer.metaspace("\u2581", PrependScheme.FIRST, true));
    steps.put("metaspace_always", Pretokenizer.metaspace("\u2581", PrependScheme.ALWAYS, true));
    steps.put("metaspace_never", Pretokenizer.metaspace("\u2581", PrependScheme.NEVER, true));
    steps.put("metaspace_whole", Pretokenizer.metaspace("\u2581", PrependScheme.ALWAYS, false));
    steps.put(
        "digits_metaspace",
        Pretokenizer.sequence(
            List.of(digits, Pretokenizer.metaspace("\u2581", PrependScheme.FIRST, true))));
    steps.put(
        "digits_metaspace_always",
        Pretokenizer.sequence(
            List.of(digits, Pretokenizer.metaspace("\u2581", PrependScheme.ALWAYS, true))));
    steps.put(
        "deepseek",
        Pretokenizer.sequence(
            List.of(
                Pretokenizer.split("[\r\n]", Behavior.ISOLATED, false),
                Pretokenizer.split(DEEPSEEK, Behavior.ISOLATED, false),
                Pretokenizer.split("\\s?[!-/:-~！-／：-～‘-‟　-。]+", Behavior.ISOLATED, false),
                Pretokenizer.split("\\s+$", Behavior.ISOLATED, false),
                Pretokenizer.split("[一-龥ࠀ-一가-퟿]+", Behavior.ISOLATED, false),
                digits)));
    steps.put("lines", Pretokenizer.split("^.", Behavior.ISOLATED, false));
    steps.put("empty_matches", Pretokenizer.split("a*", Behavior.ISOLATED, false));
    steps.put("words", Pretokenizer.split("\\w+|\\d", Behavior.MERGED_WITH_NEXT, false));
    steps.put("boundary", Pretokenizer.split("\\b", Behavior.ISOLATED, false));
    steps.put("dot", Pretokenizer.split("a.b", Behavior.ISOLATED, false));
    steps.put("dot_all", Pretokenizer.split("(?m:a.b)", Behavior.ISOLATED, false));
    for (Behavior behavior : Behavior.values()) {
      String name = behavior.name().toLowerCase(Locale.ROOT);
      steps.put("punctuation_" + name, Pretokenizer.punctuation(behavior));
      steps.put("literal_" + name, Pretokenizer.splitLiteral("a", behavior, false));
      steps.put("literal_inverted_" + name, Pretokenizer.splitLiteral("a", behavior, true));
      steps.put("regex_" + name, Pretokenizer.split("\\s|[ab]{2}", behavior, false));
      steps.put("regex_inverted_" + name, Pretokenizer.split("\\p{L}+|\\p{N}", behavior, true));
    }
    steps.put("byte_level", Pretokenizer.byteLevel(false, true));
    steps.put("byte_level_space", Pretokenizer.byteLevel(true, true));
    steps.put(
        "digits_byte_level_space",
        Pretokenizer.sequence(List.of(digits, Pretokenizer.byteLevel(true, false))));
    steps.put("rust_words", Pretokenizer.regex("\\w+"));
    steps.put("rust_caseless", Pretokenizer.regex("(?i:k|s)+|\\d"));
    steps.put("rust_ends", Pretokenizer.regex("^a|a$|\\s++$"));
    steps.put("rust_look", Pretokenizer.regex("(?<=a)b|b(?!c)|\\S"));
    steps.put(
        "rust_classes", Pretokenizer.regex("[\\p{Greek}\\p{Han}]+|\\p{^L}|\\PL|[^\\p{Lu}\\s]"));
    steps.put("rust_boundary", Pretokenizer.regex("\\ba|a\\b|\\Ba\\B"));
    steps.put("rust_sets", Pretokenizer.regex("[\\w&&[^\\d_]]+"));
    steps.put("rust_dots", Pretokenizer.regex("a.b|(?s:b.c)"));
    return steps;
  }

  @Test
  void piecesAreThoseOfTheReferences() throws IOException {
    Map<String, Pretokenizer> steps = steps();
    TreeSet<String> seen = new TreeSet<>();
    List<String> differing = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    PretokenizerTest.class.getResourceAsStream("pretokenizers.tsv")),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> fields = List.of(line.split("\t", -1));
        String name = fields.getFirst();
        seen.add(name);
        String text = unescape(fields.get(1));
        List<String> expected = fields.stream().skip(2).filter(field -> !field.isEmpty()).toList();
        List<String> found =
            Objects.requireNonNull(steps.get(name), name).pieces(text).stream()
                .map(PretokenizerTest::escape)
                .toList();
        if (!found.equals(expected)) {
          differing.add("%s `%s` %s, not %s".formatted(name, fields.get(1), found, expected));
        }
      }
    }
    assertThat(differing).isEmpty();
    assertThat(seen).containsExactlyElementsOf(new TreeSet<>(steps.keySet()));
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      boolean plain = c < 128 && Character.isLetterOrDigit(c);
      escaped.append(plain ? String.valueOf(c) : String.format("\\u%04X", (int) c));
    }
    return escaped.toString();
  }

  private static String unescape(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.charAt(i) == '\\') {
        text.append((char) Integer.parseInt(escaped, i + 2, i + 6, 16));
        i += 5;
      } else {
        text.append(escaped.charAt(i));
      }
    }
    return text.toString();
  }

  @Test
  void publishedPatternsHaveScanners() {
    String[] gpt2 = {
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
      "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s"
    };
    for (String regex : gpt2) {
      assertThat(Pretokenizer.regex(regex).pattern()).contains(SplitPattern.GPT2);
      assertThat(Pretokenizer.split(regex, Behavior.ISOLATED, false).pattern())
          .contains(SplitPattern.GPT2);
      assertThat(Pretokenizer.split(regex, Behavior.REMOVED, true).pattern())
          .contains(SplitPattern.GPT2);
      assertThat(Pretokenizer.split(regex, Behavior.REMOVED, false).pattern()).isEmpty();
    }
    assertThat(Pretokenizer.byteLevel(false, true).pattern()).contains(SplitPattern.GPT2);
    assertThat(Pretokenizer.byteLevel(true, true).pattern()).isEmpty();
    assertThat(
            Pretokenizer.sequence(
                    List.of(Pretokenizer.LLAMA3, Pretokenizer.byteLevel(false, false)))
                .pattern())
        .contains(SplitPattern.LLAMA3);
    assertThat(
            Pretokenizer.sequence(List.of(Pretokenizer.digits(true), Pretokenizer.GPT2)).pattern())
        .isEmpty();
  }

  /// The constants run by scanners, a pattern with a needless group by `java.util.regex`.
  @Test
  void aPublishedPatternThatIsNotRecognisedCutsAlike() {
    Pretokenizer slow =
        Pretokenizer.regex(
            "(?:(?i:'s|'t|'re|'ve|'m|'ll|'d))|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
    assertThat(slow.pattern()).isEmpty();
    String text =
        "It's 12345 o'clock, don\u2019T\n\n  caf\u00e9 \u4e2d\u6587 x\u0301 !!\r\n\t \u00b2 'LL ";
    assertThat(slow.pieces(text)).isEqualTo(Pretokenizer.LLAMA3.pieces(text));
  }

  @Test
  void piecesKnowWhereTheyStemFrom() {
    List<String> found = new ArrayList<>();
    Pretokenizer steps =
        Pretokenizer.sequence(
            List.of(
                Pretokenizer.digits(false),
                Pretokenizer.metaspace("\u2581", PrependScheme.ALWAYS, true)));
    byte[] text = "-ab c12".getBytes(StandardCharsets.UTF_8);
    steps.split(
        text,
        1,
        text.length,
        (bytes, from, to, sourceFrom, sourceTo) ->
            found.add(
                new String(bytes, from, to - from, StandardCharsets.UTF_8)
                    + sourceFrom
                    + ".."
                    + sourceTo));
    assertThat(found).containsExactly("\u2581ab1..3", "\u2581c3..5", "\u258112" + "5..7");
  }

  @Test
  void bytesThatAreNotUtf8AreCharactersOfTheirOwn() {
    byte[] text = {'a', (byte) 0xFF, (byte) 0xE4, (byte) 0xB8, ' ', 'b', (byte) 0xC3};
    List<Integer> ends = new ArrayList<>();
    Pretokenizer.regex("\\p{L}|\\s|[^\\p{L}\\s]")
        .split(text, 0, text.length, (bytes, from, to, sourceFrom, sourceTo) -> ends.add(to));
    assertThat(ends).containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void textWithoutAPieceHasNone() {
    assertThat(Pretokenizer.GPT2.pieces("")).isEmpty();
    assertThat(Pretokenizer.whitespaceSplit().pieces(" \n")).isEmpty();
    assertThat(Pretokenizer.sequence(List.of()).pieces("as it is")).containsExactly("as it is");
    assertThat(Pretokenizer.GPT2.pieces("a\uD800b")).containsExactly("a", "\uFFFD", "b");
  }

  @Test
  void aPatternThatBacktracksWithoutEndIsStopped() {
    Pretokenizer endless = Pretokenizer.regex("a*a*a*a*a*a*b");
    assertThatThrownBy(() -> endless.pieces("a".repeat(60)))
        .isInstanceOf(PatternBudgetException.class)
        .hasMessageContaining("`a*a*a*a*a*a*b`")
        .hasMessageContaining("1,012,000 steps over a text of 60 characters");
  }

  @Test
  void aPatternThatNeedsTooMuchStackIsStopped() {
    Pretokenizer deep = Pretokenizer.regex("(?:a|b)*");
    assertThatThrownBy(() -> deep.pieces("ab".repeat(2_000_000)))
        .isInstanceOf(PatternBudgetException.class)
        .hasMessageContaining("needs more stack than this thread has")
        .hasMessageContaining("4,000,000 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "a{2",
        "[a",
        "\\p{Nonsense}",
        "\\p{",
        "\\p",
        "a\\",
        "\\K",
        "(?m)a",
        "[[:alpha:]]"
      })
  void whatIsNoPatternIsRefused(String regex) {
    assertThatThrownBy(() -> Pretokenizer.regex(regex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the pattern `" + regex + "`");
  }

  @Test
  void aReplacementIsOneCharacter() {
    assertThatThrownBy(() -> Pretokenizer.metaspace("__", PrependScheme.FIRST, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the replacement of Metaspace is one character, not `__`");
  }

  @Test
  void theCategoriesOfThePatternsAreTheBakedOnes() {
    String text = all();
    String letters = String.join("", Pretokenizer.regex("\\p{L}").pieces(text));
    assertThat(letters.codePoints())
        .containsExactlyElementsOf(
            text.codePoints()
                .filter(c -> CharacterProperties.isIn(c, GeneralCategories.LETTER))
                .boxed()
                .toList());
  }

  private static String all() {
    int[] codePoints = new int[0x30000];
    Arrays.setAll(codePoints, i -> i >= 0xD800 && i < 0xE000 ? ' ' : i);
    return new String(codePoints, 0, codePoints.length);
  }
}
