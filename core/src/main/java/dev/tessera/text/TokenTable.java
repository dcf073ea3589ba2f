package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.kernel.MergeOperand;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Tokens by their ids while a vocabulary is put together.
final class TokenTable {
  private final byte[] @Nullable [] tokens;

  /// @param ids one more than the greatest id
  TokenTable(int ids) {
    tokens = new byte[ids][];
  }

  private TokenTable(byte[] @Nullable [] tokens) {
    this.tokens = tokens;
  }

  /// Those of `tables`.
  static TokenTable of(BpeTables tables) {
    TokenTable table = new TokenTable(tables.ends().length);
    for (int id = 0; id < tables.ends().length; id++) {
      if (tables.ends()[id] > tables.start(id)) {
        table.set(id, Arrays.copyOfRange(tables.bytes(), tables.start(id), tables.ends()[id]));
      }
    }
    return table;
  }

  void set(int id, byte[] bytes) {
    tokens[id] = bytes;
  }

  /// The same, with room for ids below `ids`.
  TokenTable grown(int ids) {
    return new TokenTable(Arrays.copyOf(tokens, Math.max(ids, tokens.length)));
  }

  /// The tables.
  BpeTables tables(int[] byteSymbols, MergeOperand merges, boolean wholePieces) {
    int length = 0;
    int[] ends = new int[tokens.length];
    for (int id = 0; id < ends.length; id++) {
      byte @Nullable [] token = tokens[id];
      length = Math.addExact(length, token == null ? 0 : token.length);
      ends[id] = length;
    }
    byte[] bytes = new byte[length];
    for (int id = 0; id < ends.length; id++) {
      byte @Nullable [] token = tokens[id];
      if (token != null) {
        System.arraycopy(token, 0, bytes, ends[id] - token.length, token.length);
      }
    }
    return new BpeTables(bytes, ends, byteSymbols, merges, wholePieces);
  }

  /// Tables to decode by alone.
  BpeTables decodeTables() {
    int[] none = {};
    return tables(none, new MergeOperand(none, none, none, none, tokens.length), false);
  }
}
