package dev.tessera.kernel;

/// The published patterns by which byte-level encodings cut text into pieces before merging: a
/// piece is a match, and every character is part of one.
///
/// `\s` is White_Space, `(?i:...)` folds by Unicode (so `s` has U+017F, too), and `\p{...}` are the
/// classes of the Unicode version that the reference implementation has.
public enum SplitPattern {
  /// GPT-2, r50k and p50k: `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+$|
  /// \s+(?!\S)|\s`.
  GPT2,

  /// cl100k as tiktoken has it: `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
  /// ?[^\s\p{L}\p{N}]+[\r\n]*|\s+$|\s*[\r\n]|\s+(?!\S)|\s`.
  CL100K,

  /// Llama 3: as [#CL100K] without `\s+$`, so that white space at the end of the text is cut behind
  /// its last line break.
  LLAMA3,

  /// Qwen2, Qwen2.5 and Emu3: as [#LLAMA3] with each digit on its own, `\p{N}`.
  QWEN2,

  /// o200k, GPT-4o and later: letters by case, contractions as suffixes.
  O200K
}
