package dev.tessera.text;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// The references' rule word for word: neighbours are joined where their bytes together are a
/// token, which is looked up. For tokens that are made of others of higher or equal ranks; the
/// published rank files have none.
final class RankSearch {
  private final RankedTokens tokens;
  private final Map<ByteBuffer, Integer> ids = new HashMap<>();

  RankSearch(RankedTokens tokens) {
    this.tokens = tokens;
    for (int id : tokens.order()) {
      ids.put(ByteBuffer.wrap(tokens.bytes(), tokens.start(id), tokens.length(id)), id);
    }
  }

  /// Merges `symbols[0 .. count)`, which together are the token `id`, until two are left, or none
  /// can be joined.
  int merge(int id, int[] symbols, int count) {
    int parts = count;
    while (parts > 2) {
      int lowest = -1;
      int at = -1;
      int from = tokens.start(id);
      for (int i = 0; i + 1 < parts; i++) {
        int length = tokens.length(symbols[i]) + tokens.length(symbols[i + 1]);
        Integer found = ids.get(ByteBuffer.wrap(tokens.bytes(), from, length));
        if (found != null && (at < 0 || tokens.rank()[found] < tokens.rank()[lowest])) {
          lowest = found;
          at = i;
        }
        from += tokens.length(symbols[i]);
      }
      if (at < 0) {
        return parts;
      }
      symbols[at] = lowest;
      parts--;
      System.arraycopy(symbols, at + 2, symbols, at + 1, parts - at - 1);
    }
    return parts;
  }
}
