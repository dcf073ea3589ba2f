package dev.tessera.text;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.internal.unicode.Utf8;
import dev.tessera.io.TokenizerJson.AddedToken;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds tokens that are taken out of a text before it is cut and merged: the leftmost, of those
/// that begin at one place the longest; with the rules of Hugging Face's tokenizers on words and
/// white space beside them. Immutable.
final class AddedTokens {
  /// What a text consists of.
  interface Parts {
    /// Takes a part without such a token; never empty.
    void text(int from, int to);

    /// Takes a token, which may have taken white space along.
    void token(AddedToken token, int from, int to);
  }

  private final SpecialTokenSearch search;
  private final Map<String, AddedToken> byText = new HashMap<>();
  private final boolean allSpecial;

  /// @param texts what is looked for, and the token that it is
  AddedTokens(Map<String, AddedToken> texts) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    texts.forEach(
        (text, token) -> {
          if (!text.isEmpty()) {
            ids.put(text, token.id());
            byText.put(text, token);
          }
        });
    search = new SpecialTokenSearch(ids);
    allSpecial = byText.values().stream().allMatch(AddedToken::special);
  }

  /// Those of `tokens` that are looked for as they stand in the file.
  static AddedTokens of(List<AddedToken> tokens) {
    Map<String, AddedToken> texts = new LinkedHashMap<>();
    tokens.forEach(token -> texts.putIfAbsent(token.content(), token));
    return new AddedTokens(texts);
  }

  boolean isEmpty() {
    return search.isEmpty();
  }

  /// Takes `text[from .. to)` apart.
  ///
  /// @param policy what becomes of special tokens
  /// @throws SpecialTokenException if one that is refused stands there
  void split(byte[] text, int from, int to, SpecialTokens policy, Parts parts) {
    int at = from; // all before is taken
    int searched = from;
    boolean none = search.isEmpty() || (allSpecial && policy.ignored());
    while (!none && searched < to) {
      int begin = search.find(text, searched, to);
      SpecialTokenSearch.Special found = begin < 0 ? null : search.at(text, begin, to);
      if (found == null) {
        break;
      }
      AddedToken token = byText.get(found.token());
      int end = begin + found.bytes().length;
      searched = end;
      if (token == null
          || !taken(token, policy, begin)
          || !standsAlone(token, text, from, begin, end, to)) {
        continue;
      }
      if (token.stripLeft()) {
        begin = Math.max(at, spacesBefore(text, at, begin));
      }
      if (token.stripRight()) {
        end = spacesBehind(text, end, to);
      }
      if (begin > at) {
        parts.text(at, begin);
      }
      parts.token(token, Math.max(at, begin), Math.max(at, end));
      at = Math.max(at, end);
    }
    if (at < to) {
      parts.text(at, to);
    }
  }

  private static boolean taken(AddedToken token, SpecialTokens policy, int at) {
    if (!token.special() || policy.allows(token.content())) {
      return true;
    }
    if (policy.refuses(token.content())) {
      throw new SpecialTokenException(token.content(), at);
    }
    return false;
  }

  private static boolean standsAlone(
      AddedToken token, byte[] text, int from, int begin, int end, int to) {
    return !token.singleWord()
        || (!(begin > from && isWord(text, before(text, from, begin), begin))
            && !(end < to && isWord(text, end, to)));
  }

  /// Where the character before `at` begins.
  private static int before(byte[] text, int from, int at) {
    int begin = at - 1;
    while (begin > from && (text[begin] & 0xC0) == 0x80) {
      begin--;
    }
    return begin;
  }

  private static boolean isWord(byte[] text, int at, int to) {
    int character = Utf8.decode(text, at, to);
    return character != Utf8.INVALID && CharacterProperties.isWord(Utf8.codePoint(character));
  }

  private static boolean isSpace(byte[] text, int at, int to) {
    int character = Utf8.decode(text, at, to);
    return character != Utf8.INVALID && CharacterProperties.isWhiteSpace(Utf8.codePoint(character));
  }

  private static int spacesBefore(byte[] text, int from, int at) {
    int begin = at;
    while (begin > from && isSpace(text, before(text, from, begin), begin)) {
      begin = before(text, from, begin);
    }
    return begin;
  }

  private static int spacesBehind(byte[] text, int at, int to) {
    int end = at;
    while (end < to && isSpace(text, end, to)) {
      end += Utf8.bytes(Utf8.decode(text, end, to));
    }
    return end;
  }

  /// A special token that is refused stands in the text.
  static final class SpecialTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String token;
    private final int at;

    SpecialTokenException(String token, int at) {
      super(token, null, false, false);
      this.token = token;
      this.at = at;
    }

    String token() {
      return token;
    }

    int at() {
      return at;
    }
  }
}
