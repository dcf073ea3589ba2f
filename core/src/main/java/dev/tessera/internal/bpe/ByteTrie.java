package dev.tessera.internal.bpe;

import java.util.Arrays;
import java.util.List;

/// Finds the longest of many byte strings that stands at a place, in a step a byte. Immutable.
///
/// Edges are in an open hash table by node and byte, so that tens of thousands of special tokens
/// cost no more than a few.
public final class ByteTrie {
  /// There is no such string.
  public static final int NONE = -1;

  private static final long HASH = 0x9E3779B97F4A7C15L;
  private static final int EMPTY = -1;

  private final boolean[] begins = new boolean[256];
  private final int[] edges; // node << 8 | byte, as an int: 2^23 nodes
  private final int[] targets;
  private final int shift;
  private final int[] values; // of each node: which string ends there

  /// A trie of these strings, each known by its place in the list; of equal ones the first counts.
  ///
  /// @throws IllegalArgumentException if they have more than 2^23 bytes in all
  public ByteTrie(List<byte[]> strings) {
    long bytes = 0;
    for (byte[] string : strings) {
      bytes += string.length;
    }
    if (bytes >= 1 << 23) {
      throw new IllegalArgumentException(
          "tokens to be found in text have at most 2^23 bytes in all, not " + bytes);
    }
    int bits = 34 - Integer.numberOfLeadingZeros((int) Math.max(4, bytes));
    edges = new int[1 << bits];
    Arrays.fill(edges, EMPTY);
    targets = new int[1 << bits];
    shift = Long.SIZE - bits;
    int[] ends = new int[(int) bytes + 1];
    Arrays.fill(ends, NONE);
    int nodes = 1;
    for (int i = 0; i < strings.size(); i++) {
      int node = 0;
      if (strings.get(i).length > 0) {
        begins[strings.get(i)[0] & 0xFF] = true;
      }
      for (byte b : strings.get(i)) {
        int slot = slot(node, b);
        if (edges[slot] == EMPTY) {
          edges[slot] = (node << 8) | (b & 0xFF);
          targets[slot] = nodes++;
        }
        node = targets[slot];
      }
      if (ends[node] == NONE) {
        ends[node] = i;
      }
    }
    values = Arrays.copyOf(ends, nodes);
  }

  /// Where the edge of `b` from `node` is, or would be.
  private int slot(int node, byte b) {
    int edge = (node << 8) | (b & 0xFF);
    int mask = edges.length - 1;
    int slot = (int) ((edge * HASH) >>> shift);
    while (edges[slot] != edge && edges[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// Whether a string begins with this byte: most bytes of a text begin none.
  public boolean begins(byte first) {
    return begins[first & 0xFF];
  }

  /// Which string is the longest that `text[at .. to)` begins with, or [#NONE]; an empty one is
  /// never found.
  ///
  /// @param at below `to`
  public int longest(byte[] text, int at, int to) {
    if (!begins(text[at])) {
      return NONE;
    }
    int found = NONE;
    int node = 0;
    for (int i = at; i < to; i++) {
      int slot = slot(node, text[i]);
      if (edges[slot] == EMPTY) {
        return found;
      }
      node = targets[slot];
      if (values[node] != NONE) {
        found = values[node];
      }
    }
    return found;
  }
}
