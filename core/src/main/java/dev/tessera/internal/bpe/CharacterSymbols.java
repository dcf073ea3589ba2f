package dev.tessera.internal.bpe;

import dev.tessera.internal.unicode.Utf8;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which symbols a text begins as where those stand for characters, and what becomes of characters
/// that have none: their bytes, or the unknown token, or nothing. Immutable.
public final class CharacterSymbols {
  /// There is no such symbol.
  public static final int NONE = -1;

  /// What escapes a space, as a code point.
  public static final int ESCAPED_SPACE = 0x2581;

  private static final int SPACE = ' ';
  private static final int REPLACEMENT = 0xFFFD;
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int[] NO_PAGE = filled(PAGE);

  private final int[][] pages = new int[(Character.MAX_CODE_POINT + 1) >> PAGE_BITS][];
  private final int[] byteTokens;
  private final int unknown;
  private final boolean fuseUnknown;
  private final FrozenPieces frozen;

  /// Whether spaces are what escapes them.
  private final boolean spaced;

  /// The character that a byte is taken as that belongs to none, or [#NONE].
  private final int malformed;

  /// From here on symbols are characters that have no token, but are part of some.
  private final int firstTokenless;

  private final int[] tokenlessCharacters;

  /// @param symbols the symbol of each character that has one, by code point
  /// @param byteTokens `[256]` the token of each byte, or -1; empty if there are none
  /// @param unknown the unknown token, or -1
  /// @param fuseUnknown whether unknown characters that follow each other become one token
  /// @param frozen texts that are a symbol each
  /// @param tokenless the characters, by code point, whose symbols are no tokens: the last symbols
  public CharacterSymbols(
      Map<Integer, Integer> symbols,
      int[] byteTokens,
      int unknown,
      boolean fuseUnknown,
      FrozenPieces frozen,
      int[] tokenless,
      int firstTokenless) {
    Arrays.fill(pages, NO_PAGE);
    symbols.forEach(this::set);
    this.byteTokens = byteTokens;
    this.unknown = unknown;
    this.fuseUnknown = fuseUnknown;
    this.frozen = frozen;
    spaced = false;
    malformed = NONE;
    this.firstTokenless = firstTokenless;
    this.tokenlessCharacters = tokenless;
    for (int i = 0; i < tokenless.length; i++) {
      set(tokenless[i], firstTokenless + i);
    }
  }

  private CharacterSymbols(CharacterSymbols others, int malformed) {
    System.arraycopy(others.pages, 0, pages, 0, pages.length);
    byteTokens = others.byteTokens;
    unknown = others.unknown;
    fuseUnknown = others.fuseUnknown;
    frozen = others.frozen;
    spaced = true;
    this.malformed = malformed;
    firstTokenless = others.firstTokenless;
    tokenlessCharacters = others.tokenlessCharacters;
    pages[SPACE >> PAGE_BITS] = pages[SPACE >> PAGE_BITS].clone();
    pages[SPACE >> PAGE_BITS][SPACE] = of(ESCAPED_SPACE);
  }

  /// The same for text whose spaces are not escaped: they begin as U+2581 does.
  ///
  /// @param repairs whether each byte that is not part of a character is U+FFFD
  /// @return null where a space, a byte or a text that is a symbol would not become exactly one
  ///   symbol
  public @Nullable CharacterSymbols beforeEscaping(boolean repairs) {
    boolean known = hasToken(ESCAPED_SPACE) && (!repairs || hasToken(REPLACEMENT));
    return known && standsAlone() && frozen.texts().isEmpty()
        ? new CharacterSymbols(this, repairs ? REPLACEMENT : NONE)
        : null;
  }

  /// Whether these are [#beforeEscaping].
  boolean spaced() {
    return spaced;
  }

  /// The character that a byte is taken as that belongs to none, or [#NONE].
  int malformed() {
    return malformed;
  }

  private static int[] filled(int length) {
    int[] filled = new int[length];
    Arrays.fill(filled, NONE);
    return filled;
  }

  @SuppressWarnings("ReferenceEquality") // the shared empty page
  private void set(int codePoint, int symbol) {
    int[] page = pages[codePoint >> PAGE_BITS];
    if (page == NO_PAGE) {
      page = filled(PAGE);
      pages[codePoint >> PAGE_BITS] = page;
    }
    page[codePoint & PAGE - 1] = symbol;
  }

  /// The symbol of a character, or [#NONE].
  public int of(int codePoint) {
    return pages[codePoint >> PAGE_BITS][codePoint & PAGE - 1];
  }

  /// Whether each character becomes tokens that do not depend on its neighbours.
  public boolean standsAlone() {
    return byteTokens.length > 0 && Arrays.stream(byteTokens).allMatch(token -> token >= 0);
  }

  /// The unknown token, or [#NONE].
  public int unknown() {
    return unknown;
  }

  /// Whether unknown characters that follow each other become one token.
  public boolean fusesUnknown() {
    return fuseUnknown;
  }

  /// Texts that are a symbol each.
  public FrozenPieces frozen() {
    return frozen;
  }

  /// Whether the character that [Utf8#decode] found has a symbol that is a token.
  boolean hasSymbol(int character) {
    return character != Utf8.INVALID && hasToken(Utf8.codePoint(character));
  }

  /// Whether a character has a symbol that is a token.
  boolean hasToken(int codePoint) {
    int symbol = of(codePoint);
    return symbol >= 0 && symbol < firstTokenless;
  }

  /// Whether the character that [Utf8#decode] found has neither a token nor bytes that do.
  public boolean isUnknown(int character, byte[] text, int at) {
    return !hasSymbol(character)
        && !hasByteTokens(text, at, character == Utf8.INVALID ? 1 : Utf8.bytes(character));
  }

  private boolean hasByteTokens(byte[] text, int from, int length) {
    boolean all = byteTokens.length > 0;
    for (int i = 0; i < length && all; i++) {
      all = byteTokens[text[from + i] & 0xFF] >= 0;
    }
    return all;
  }

  /// Writes the symbols that `text[from .. to)` begins as, at most one a byte.
  ///
  /// An unknown token comes after the byte tokens that directly follow its character, as in Hugging
  /// Face's tokenizers.
  ///
  /// @return how many there are
  public int begin(byte[] text, int from, int to, int[] symbols) {
    int count = 0;
    boolean pending = false;
    for (int at = from; at < to; ) {
      int piece = frozen.longest(text, at, to);
      int length;
      int symbol;
      if (piece >= 0) {
        length = frozen.length(piece);
        symbol = frozen.symbol(piece);
      } else {
        int character = Utf8.decode(text, at, to);
        length = character == Utf8.INVALID ? 1 : Utf8.bytes(character);
        int point = character == Utf8.INVALID ? malformed : Utf8.codePoint(character);
        symbol = point == NONE ? NONE : of(point);
      }
      if (symbol >= 0) {
        if (pending) {
          symbols[count++] = unknown;
          pending = false;
        }
        symbols[count++] = symbol;
      } else if (hasByteTokens(text, at, length)) {
        for (int i = 0; i < length; i++) {
          symbols[count++] = byteTokens[text[at + i] & 0xFF];
        }
      } else if (unknown >= 0) {
        if (pending && !fuseUnknown) {
          symbols[count++] = unknown;
        }
        pending = true;
      }
      at += length;
    }
    if (pending) {
      symbols[count++] = unknown;
    }
    return count;
  }

  /// Turns what merging has left into tokens: characters that have none become bytes or unknown.
  ///
  /// @param symbols `[count]`, changed; must have room for a symbol a byte
  /// @return how many tokens there are
  public int end(int[] symbols, int count) {
    if (tokenlessCharacters.length == 0) {
      return count;
    }
    int[] before = Arrays.copyOf(symbols, count);
    int written = 0;
    for (int symbol : before) {
      if (symbol < firstTokenless) {
        written = put(symbols, written, symbol);
      } else if (byteTokens.length == 0) {
        written = put(symbols, written, unknown);
      } else {
        String character = Character.toString(tokenlessCharacters[symbol - firstTokenless]);
        for (byte b : character.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
          symbols[written++] = byteTokens[b & 0xFF];
        }
      }
    }
    return written;
  }

  private int put(int[] symbols, int written, int token) {
    if (token == unknown && fuseUnknown && written > 0 && symbols[written - 1] == unknown) {
      return written;
    }
    symbols[written] = token;
    return written + 1;
  }

  /// The symbol that stands for a byte, or null if bytes have none.
  public int @Nullable [] byteTokens() {
    return byteTokens.length == 0 ? null : byteTokens;
  }
}
