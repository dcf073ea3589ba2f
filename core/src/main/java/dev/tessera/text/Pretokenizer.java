package dev.tessera.text;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.kernel.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// How text is cut into pieces before anything is merged. Immutable and thread-safe.
///
/// The published patterns run by scanners written by hand, and by vector kernels; whatever else
/// people write, by `java.util.regex`. The classes of characters (`\p{L}`, `\s`, `\w` and so on)
/// are those of the Unicode version of tiktoken 0.14, whatever the JVM's own. Bytes that are not
/// valid UTF-8 are each a character of their own that is neither letter, number nor white space.
///
/// The bytes of a piece stay as they are: the characters by which GPT-2 spells bytes are a matter
/// of files, not of text.
public final class Pretokenizer {
  /// GPT-2, r50k and p50k.
  public static final Pretokenizer GPT2 = published(SplitPattern.GPT2);

  /// cl100k, as tiktoken 0.14 has it.
  public static final Pretokenizer CL100K = published(SplitPattern.CL100K);

  /// Llama 3; also cl100k as it was first published.
  public static final Pretokenizer LLAMA3 = published(SplitPattern.LLAMA3);

  /// Qwen2, Qwen2.5, Qwen3 and Emu3.
  public static final Pretokenizer QWEN2 = published(SplitPattern.QWEN2);

  /// o200k, GPT-4o and later.
  public static final Pretokenizer O200K = published(SplitPattern.O200K);

  /// The Unicode version of the classes of characters.
  public static final String UNICODE_VERSION = CharacterProperties.UNICODE_VERSION;

  /// What becomes of the delimiters at which text is split.
  public enum Behavior {
    /// They are dropped.
    REMOVED,

    /// Each is a piece.
    ISOLATED,

    /// Each ends the piece before it.
    MERGED_WITH_PREVIOUS,

    /// Each begins the piece after it.
    MERGED_WITH_NEXT,

    /// Those that follow each other are one piece.
    CONTIGUOUS
  }

  /// Where [#metaspace] puts its replacement in front.
  public enum PrependScheme {
    /// Before the text.
    FIRST,

    /// Before each part that earlier steps have cut.
    ALWAYS,

    /// Nowhere.
    NEVER
  }

  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

  private final List<Cut> cuts;

  private Pretokenizer(List<Cut> cuts) {
    this.cuts = List.copyOf(cuts);
  }

  /// The pre-tokenizer of a published pattern.
  public static Pretokenizer of(SplitPattern pattern) {
    return switch (pattern) {
      case GPT2 -> GPT2;
      case CL100K -> CL100K;
      case LLAMA3 -> LLAMA3;
      case QWEN2 -> QWEN2;
      case O200K -> O200K;
    };
  }

  private static Pretokenizer published(SplitPattern pattern) {
    return new Pretokenizer(List.of(new ScannerCut(pattern)));
  }

  /// A pattern in tiktoken's sense: each match is a piece, and what no match covers is dropped, as
  /// tiktoken drops it; a pattern that ends in `|\s+` or the like covers all.
  ///
  /// @param regex with possessive quantifiers, look-around, `(?i:`, `\p{...}` as Rust and Java
  ///   understand them
  /// @throws IllegalArgumentException if it is no such pattern
  public static Pretokenizer regex(String regex) {
    return PublishedRegexes.recognise(regex)
        .map(Pretokenizer::published)
        .orElseGet(
            () ->
                new Pretokenizer(
                    List.of(
                        new DelimiterCut(
                            new RegexFinder(regex, RegexDialect.RUST), Behavior.REMOVED, true))));
  }

  /// Hugging Face's `Split` at a pattern. Nothing is dropped but by [Behavior#REMOVED].
  ///
  /// @param regex in Oniguruma's syntax, as far as Java shares it
  /// @param invert whether what is between the matches is the delimiter
  /// @throws IllegalArgumentException if it is no such pattern
  public static Pretokenizer split(String regex, Behavior behavior, boolean invert) {
    boolean matchesArePieces =
        invert ? behavior == Behavior.REMOVED : behavior == Behavior.ISOLATED;
    Optional<SplitPattern> pattern = PublishedRegexes.recognise(regex);
    if (matchesArePieces && pattern.isPresent()) {
      return published(pattern.get());
    }
    return cuttingAt(new RegexFinder(regex, RegexDialect.ONIGURUMA), behavior, invert);
  }

  /// Hugging Face's `Split` at a string.
  ///
  /// @param invert whether what is between the matches is the delimiter
  public static Pretokenizer splitLiteral(String literal, Behavior behavior, boolean invert) {
    return cuttingAt(new LiteralFinder(literal), behavior, invert);
  }

  /// Hugging Face's `ByteLevel`, but for the spelling of bytes.
  ///
  /// @param addPrefixSpace whether each part that earlier steps have cut gets a space in front if
  ///   it does not begin with one
  /// @param useRegex whether GPT-2's pattern cuts
  public static Pretokenizer byteLevel(boolean addPrefixSpace, boolean useRegex) {
    List<Cut> cuts = new ArrayList<>();
    if (addPrefixSpace) {
      cuts.add(new PrefixCut(" ", " ", false));
    }
    if (useRegex) {
      cuts.addAll(GPT2.cuts);
    }
    return new Pretokenizer(cuts);
  }

  /// Hugging Face's `Digits`: numbers (`\p{N}`) apart from all else.
  ///
  /// @param individual whether each number is a piece, or each run of them
  public static Pretokenizer digits(boolean individual) {
    return cuttingAt(
        CharacterFinder.numbers(), individual ? Behavior.ISOLATED : Behavior.CONTIGUOUS, false);
  }

  /// Hugging Face's `Punctuation`: ASCII's, symbols among it, and Unicode's.
  public static Pretokenizer punctuation(Behavior behavior) {
    return cuttingAt(CharacterFinder.punctuation(), behavior, false);
  }

  /// Hugging Face's `Whitespace`: the matches of `\w+|[^\w\s]+`.
  public static Pretokenizer whitespace() {
    return cuttingAt(new RegexFinder("\\w+|[^\\w\\s]+", RegexDialect.RUST), Behavior.REMOVED, true);
  }

  /// Hugging Face's `WhitespaceSplit`: what is between white space.
  public static Pretokenizer whitespaceSplit() {
    return cuttingAt(CharacterFinder.whiteSpace(), Behavior.REMOVED, false);
  }

  /// Hugging Face's `Metaspace`: a replacement for each space.
  ///
  /// @param replacement one character, U+2581 mostly
  /// @param split whether a piece begins at each replacement
  /// @throws IllegalArgumentException if `replacement` is not one character
  public static Pretokenizer metaspace(String replacement, PrependScheme scheme, boolean split) {
    if (replacement.codePointCount(0, replacement.length()) != 1) {
      throw new IllegalArgumentException(
          "the replacement of Metaspace is one character, not `%s`".formatted(replacement));
    }
    List<Cut> cuts = new ArrayList<>();
    String prefix = scheme == PrependScheme.NEVER ? "" : replacement;
    cuts.add(new PrefixCut(replacement, prefix, scheme == PrependScheme.FIRST));
    if (split) {
      cuts.addAll(splitLiteral(replacement, Behavior.MERGED_WITH_NEXT, false).cuts);
    }
    return new Pretokenizer(cuts);
  }

  /// One after the other, each over the pieces of the one before. None at all leaves text whole.
  public static Pretokenizer sequence(List<Pretokenizer> steps) {
    return new Pretokenizer(steps.stream().flatMap(step -> step.cuts.stream()).toList());
  }

  private static Pretokenizer cuttingAt(MatchFinder finder, Behavior behavior, boolean invert) {
    return new Pretokenizer(List.of(new DelimiterCut(finder, behavior, invert)));
  }

  /// The published pattern that does all that this does; empty if there is none, and [#split] is
  /// the way.
  public Optional<SplitPattern> pattern() {
    return cuts.size() == 1 && cuts.getFirst() instanceof ScannerCut scanner
        ? Optional.of(scanner.pattern())
        : Optional.empty();
  }

  /// Whether the text is one piece, whatever it holds.
  public boolean leavesWhole() {
    return cuts.isEmpty();
  }

  /// Cuts `text[from .. to)` into pieces, from the left.
  ///
  /// Costs a few times the memory of the text where a regular expression is at work.
  ///
  /// @param text UTF-8, from the beginning of all text on: what counts as first begins at 0
  /// @throws PatternBudgetException if a pattern backtracks without end
  public void split(byte[] text, int from, int to, PieceSink sink) {
    Consumer<TextSegment> next =
        segment -> {
          if (segment.to() > segment.from()) {
            sink.piece(
                segment.bytes(),
                segment.from(),
                segment.to(),
                segment.sourceOf(segment.from()),
                segment.sourceOf(segment.to()));
          }
        };
    for (Cut cut : cuts.reversed()) {
      Consumer<TextSegment> after = next;
      next =
          segment -> {
            if (segment.to() > segment.from()) {
              cut.cut(segment, after);
            }
          };
    }
    next.accept(new TextSegment(text, from, to, null));
  }

  /// The pieces of a text, as text: to look at.
  ///
  /// @param text a lone surrogate in it counts as U+FFFD
  /// @throws PatternBudgetException if a pattern backtracks without end
  public List<String> pieces(String text) {
    byte[] bytes =
        LONE_SURROGATE.matcher(text).replaceAll("\uFFFD").getBytes(StandardCharsets.UTF_8);
    List<String> pieces = new ArrayList<>();
    split(
        bytes,
        0,
        bytes.length,
        (piece, from, to, sourceFrom, sourceTo) ->
            pieces.add(new String(piece, from, to - from, StandardCharsets.UTF_8)));
    return Collections.unmodifiableList(pieces);
  }
}
