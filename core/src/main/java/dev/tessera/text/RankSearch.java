package dev.tessera.text;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// The reference's rule word for word: neighbours are joined where their bytes together are a token,
/// which is looked up. For the tokens of a rank file that are made of others of higher ranks; the
/// published files have none.
final class RankSearch {
  private final byte[] bytes;
  private final int[] ends;
  private final Map<ByteBuffer, Integer> ids = new HashMap<>();

  RankSearch(byte[] bytes, int[] ends) {
    this.bytes = bytes;
    this.ends = ends;
    for (int id = 0; id < ends.length; id++) {
      ids.put(ByteBuffer.wrap(bytes, start(id), ends[id] - start(id)), id);
    }
  }

  private int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  /// Merges `symbols[0 .. count)`, which together are the token `id`, until that is what the next
  /// step would make, or none is left.
  int merge(int id, int[] symbols, int count) {
    int parts = count;
    while (parts > 2) {
      int lowest = Integer.MAX_VALUE;
      int at = -1;
      int from = start(id);
      for (int i = 0; i + 1 < parts; i++) {
        int length = length(symbols[i]) + length(symbols[i + 1]);
        int found = ids.getOrDefault(ByteBuffer.wrap(bytes, from, length), Integer.MAX_VALUE);
        if (found < lowest) {
          lowest = found;
          at = i;
        }
        from += length(symbols[i]);
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

  private int length(int id) {
    return ends[id] - start(id);
  }
}
