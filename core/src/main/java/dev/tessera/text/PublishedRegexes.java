package dev.tessera.text;

import dev.tessera.kernel.SplitPattern;
import java.util.Map;
import java.util.Optional;

/// The patterns as they stand in tiktoken and in tokenizer.json files, in each form in which they
/// were published, with the scanner that does the same.
final class PublishedRegexes {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String WORDS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String OTHERS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String HEAD = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String TAIL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

  private static final String CL100K_WRITTEN =
      CONTRACTIONS + WORDS + "|\\p{N}{1,3}" + OTHERS + "|\\s+\\z|\\s*[\\r\\n]|\\s+(?!\\S)|\\s";

  private static final Map<String, SplitPattern> KNOWN =
      Map.ofEntries(
          Map.entry(
              "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
              SplitPattern.GPT2),
          Map.entry(
              "'s|'t|'re|'ve|'m|'ll|'d| ?[\\p{L}]+| ?[\\p{N}]+|"
                  + " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
              SplitPattern.GPT2),
          Map.entry(
              "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
              SplitPattern.GPT2),
          Map.entry(
              "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$"
                  + "|\\s+(?!\\S)|\\s",
              SplitPattern.GPT2),
          Map.entry(
              "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+"
                  + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
              SplitPattern.CL100K),
          Map.entry(CL100K_WRITTEN, SplitPattern.CL100K),
          // Before \s++$ was added, cl100k did what Llama 3 still does.
          Map.entry(
              "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
                  + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
              SplitPattern.LLAMA3),
          Map.entry(CONTRACTIONS + WORDS + "|\\p{N}{1,3}" + OTHERS + SPACES, SplitPattern.LLAMA3),
          Map.entry(CONTRACTIONS + WORDS + "|\\p{N}" + OTHERS + SPACES, SplitPattern.QWEN2),
          Map.entry(
              "[^\\r\\n\\p{L}\\p{N}]?"
                  + HEAD
                  + "*"
                  + TAIL
                  + "+"
                  + CONTRACTIONS
                  + "?"
                  + "|[^\\r\\n\\p{L}\\p{N}]?"
                  + HEAD
                  + "+"
                  + TAIL
                  + "*"
                  + CONTRACTIONS
                  + "?"
                  + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
                  + SPACES,
              SplitPattern.O200K));

  private PublishedRegexes() {}

  /// The form that is written to a tokenizer.json: of those that mean the same to Hugging Face's
  /// regular expressions, to which `$` is the end of a line, and `{1,3}+` no possessive quantifier.
  /// None for GPT-2's, which has a name there.
  static Optional<String> written(SplitPattern pattern) {
    return switch (pattern) {
      case GPT2 -> Optional.empty();
      case CL100K -> Optional.of(CL100K_WRITTEN);
      case LLAMA3, QWEN2, O200K ->
          KNOWN.entrySet().stream()
              .filter(entry -> entry.getValue() == pattern && !entry.getKey().contains("++"))
              .map(Map.Entry::getKey)
              .findFirst();
    };
  }

  static Optional<SplitPattern> recognise(String regex) {
    return Optional.ofNullable(KNOWN.get(regex));
  }
}
