package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.io.RankFile;
import dev.tessera.kernel.MergeOperand;
import java.util.Arrays;

/// Turns a rank file into the tables of a byte-level encoding.
final class RankTables {
  private static final int BYTE_VALUES = 256;

  private RankTables() {}

  static BpeTables of(RankFile file) {
    byte[] bytes = file.allBytes();
    int[] ends = file.ends();
    int[] byteSymbols = new int[BYTE_VALUES];
    int[] rank = new int[ends.length];
    int[] order = new int[ends.length];
    int longer = 0;
    for (int id = 0; id < ends.length; id++) {
      rank[id] = id;
      int start = id == 0 ? 0 : ends[id - 1];
      if (ends[id] - start == 1) {
        byteSymbols[bytes[start] & 0xFF] = id;
      } else if (ends[id] - start > 1) {
        order[longer++] = id;
      }
    }
    RankedTokens tokens =
        new RankedTokens(bytes, ends, Arrays.copyOf(order, longer), rank, new int[0]);
    MergeOperand merges =
        RankMerges.derive(
            tokens,
            (text, from, to, symbols) -> {
              for (int i = from; i < to; i++) {
                symbols[i - from] = byteSymbols[text[i] & 0xFF];
              }
              return to - from;
            },
            ends.length);
    return new BpeTables(bytes, ends, byteSymbols, merges, true);
  }
}
