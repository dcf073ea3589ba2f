package dev.tessera.internal.unicode;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// A byte per code point in blocks of 256, equal blocks stored once: two loads a look-up, some 60
/// KB in all.
final class TwoLevelTable {
  static final int CODE_POINTS = Character.MAX_CODE_POINT + 1;
  private static final int BLOCK_BITS = 8;
  private static final int BLOCK = 1 << BLOCK_BITS;

  private final char[] blocks;
  private final byte[] values;

  private TwoLevelTable(char[] blocks, byte[] values) {
    this.blocks = blocks;
    this.values = values;
  }

  /// The table of `values`, one for each code point.
  static TwoLevelTable of(byte[] values) {
    char[] blocks = new char[CODE_POINTS >> BLOCK_BITS];
    byte[] packed = new byte[CODE_POINTS];
    int distinct = 0;
    Map<ByteBuffer, Integer> known = new HashMap<>();
    for (int block = 0; block < blocks.length; block++) {
      ByteBuffer content = ByteBuffer.wrap(values, block << BLOCK_BITS, BLOCK).slice();
      Integer index = known.putIfAbsent(content, distinct);
      if (index == null) {
        content.get(0, packed, distinct << BLOCK_BITS, BLOCK);
        index = distinct++;
      }
      blocks[block] = (char) index.intValue();
    }
    return new TwoLevelTable(blocks, Arrays.copyOf(packed, distinct << BLOCK_BITS));
  }

  byte at(int codePoint) {
    return values[(blocks[codePoint >> BLOCK_BITS] << BLOCK_BITS) | (codePoint & (BLOCK - 1))];
  }
}
