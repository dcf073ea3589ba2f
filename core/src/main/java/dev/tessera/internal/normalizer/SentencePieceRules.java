package dev.tessera.internal.normalizer;

import dev.tessera.internal.bpe.FrozenPieces;
import dev.tessera.internal.bpe.Words;
import dev.tessera.internal.unicode.Utf8;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What SentencePiece does to text before it encodes it: the longest rule of a character map at
/// each place, bytes that are not UTF-8 become U+FFFD, and the rules of white space. Immutable.
public final class SentencePieceRules implements TextNormalizer {
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ESCAPED_SPACE = "\u2581".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PLAIN_SPACE = {' '};
  private static final long BEYOND_ASCII = 0x8080808080808080L;

  private final @Nullable CharacterMap map;
  private final FrozenPieces kept;
  private final boolean addSpace;
  private final boolean spaceAsSuffix;
  private final boolean removeExtra;
  private final boolean escape;
  private final byte[] space;

  /// @param map the rules, or null if there are none
  /// @param kept texts that stay as they are
  /// @param addSpace whether a space is added to each text
  /// @param spaceAsSuffix whether it is added behind the text, not before it
  /// @param removeExtra whether spaces at both ends go, and several become one
  /// @param escape whether spaces become U+2581
  public SentencePieceRules(
      @Nullable CharacterMap map,
      FrozenPieces kept,
      boolean addSpace,
      boolean spaceAsSuffix,
      boolean removeExtra,
      boolean escape) {
    this.map = map;
    this.kept = kept;
    this.addSpace = addSpace;
    this.spaceAsSuffix = spaceAsSuffix;
    this.removeExtra = removeExtra;
    this.escape = escape;
    this.space = escape ? ESCAPED_SPACE : PLAIN_SPACE;
  }

  @Override
  public void apply(AlignedText text) {
    apply(text, addSpace);
  }

  /// As [#apply(AlignedText)].
  ///
  /// @param withSpace whether the space is added here
  public void apply(AlignedText text, boolean withSpace) {
    Walk walk = new Walk(text);
    if (removeExtra) {
      while (walk.at < text.length() && walk.isOneSpace()) {
        walk.at = walk.end;
      }
    }
    if (walk.at == text.length()) {
      text.swap();
      return;
    }
    if (withSpace && !spaceAsSuffix) {
      text.put(space, walk.at, walk.at);
    }
    if (hasNoOtherRules()) {
      escapeSpaces(text);
    } else {
      applyRules(text, walk);
    }
    if (withSpace && spaceAsSuffix) {
      text.put(space, text.length(), text.length());
    }
    text.swap();
  }

  private boolean hasNoOtherRules() {
    return map == null && kept.texts().isEmpty() && !removeExtra;
  }

  /// Whether spaces become U+2581, one may be added before a text, bytes that are not UTF-8 become
  /// U+FFFD, and that is all.
  public boolean escapesOnly() {
    return hasNoOtherRules() && escape && !(addSpace && spaceAsSuffix);
  }

  /// Whether a space is added to each text.
  public boolean addsSpace() {
    return addSpace;
  }

  /// Where there are no other rules; some ten times as fast.
  private void escapeSpaces(AlignedText text) {
    byte[] bytes = text.bytes();
    int to = text.length();
    int copied = 0;
    for (int at = 0; at < to; ) {
      int length = 1;
      if (at + Long.BYTES <= to && (Words.load(bytes, at) & BEYOND_ASCII) == 0) {
        length = Long.BYTES;
      } else if (bytes[at] < 0) {
        int character = Utf8.decode(bytes, at, to);
        if (character == Utf8.INVALID) {
          text.copyReplacing(copied, at, (byte) ' ', space);
          text.put(REPLACEMENT, at, at + 1);
          copied = at + 1;
        } else {
          length = Utf8.bytes(character);
        }
      }
      at += length;
    }
    text.copyReplacing(copied, to, (byte) ' ', space);
  }

  private void applyRules(AlignedText text, Walk walk) {
    boolean afterSpace = removeExtra;
    while (walk.at < text.length()) {
      walk.read();
      int begin = walk.begin;
      while (afterSpace && begin < walk.last && walk.source[begin] == ' ') {
        begin++;
      }
      if (begin < walk.last) {
        walk.put(begin);
        afterSpace = removeExtra && walk.source[walk.last - 1] == ' ';
      }
      walk.at = walk.end;
    }
    while (removeExtra && text.putEndsWith(space)) {
      text.truncate(text.written() - space.length);
    }
  }

  /// Goes over a text; at each place, what stands there and what becomes of it.
  private final class Walk {
    private final AlignedText text;

    /// What is looked at: `[at, end)` of the text becomes `source[begin .. last)`.
    private int at;

    private int end;
    private byte[] source;
    private int begin;
    private int last;

    Walk(AlignedText text) {
      this.text = text;
      this.source = text.bytes();
    }

    void read() {
      byte[] bytes = text.bytes();
      int to = text.length();
      source = bytes;
      begin = at;
      int piece = kept.longest(bytes, at, to);
      int length = piece < 0 ? 0 : kept.length(piece);
      if (length == 0 && map != null) {
        long found = map.find(bytes, at, to, true);
        if (found != 0) {
          source = map.texts();
          begin = (int) found;
          last = map.textEnd(begin);
          end = at + (int) (found >>> 32);
          return;
        }
      }
      if (length == 0) {
        int character = Utf8.decode(bytes, at, to);
        if (character == Utf8.INVALID) {
          source = REPLACEMENT;
          begin = 0;
          last = REPLACEMENT.length;
          end = at + 1;
          return;
        }
        length = Utf8.bytes(character);
      }
      end = at + length;
      last = end;
    }

    boolean isOneSpace() {
      read();
      return last - begin == 1 && source[begin] == ' ';
    }

    /// Puts `source[from .. last)`, spaces escaped.
    void put(int from) {
      int copied = from;
      for (int i = from; i < last; i++) {
        if (source[i] == ' ') {
          text.put(source, copied, i, at, end);
          text.put(space, at, end);
          copied = i + 1;
        }
      }
      text.put(source, copied, last, at, end);
    }
  }
}
