package dev.tessera.text;

import java.util.regex.Pattern;

/// Whose regular expressions a pattern is written in, where they differ.
enum RegexDialect {
  /// Rust's, which tiktoken uses: `^` and `$` are the ends of the text, and `\w` is what Unicode
  /// calls a word.
  RUST(0),

  /// Oniguruma's with Ruby's syntax, which Hugging Face tokenizers use: `^` and `$` are the ends of
  /// a line, the flag `m` lets `.` match a line feed, and `\w` is a letter, a mark, a number or
  /// connecting punctuation.
  ONIGURUMA(Pattern.MULTILINE);

  private final int flags;

  RegexDialect(int flags) {
    this.flags = flags;
  }

  /// Flags of `java.util.regex` that bring it as close as flags can. A line ends at U+000A alone.
  int flags() {
    return flags | Pattern.UNIX_LINES | Pattern.UNICODE_CASE;
  }
}
