package dev.tessera.io;

import java.util.Arrays;
import java.util.Set;

/// Reads the lines of a [RankFile], in whatever order they stand, and puts them in order.
final class RankLines {
  private static final byte[] BASE64_VALUES = base64Values();
  private static final int LONGEST_TOKEN = 1 << 16;

  private final String file;
  private final byte[] text;
  private final int mostRanks;
  private final byte[] bytes;
  private int used;

  // by order of appearance
  private int tokens;
  private int[] ranks = new int[1 << 10];
  private int[] ends = new int[1 << 10];
  private int[] lines = new int[1 << 10];

  RankLines(String file, byte[] text, int mostRanks) {
    this.file = file;
    this.text = text;
    this.mostRanks = mostRanks;
    this.bytes = new byte[text.length / 4 * 3 + 3];
  }

  private static byte[] base64Values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }

  void parse() throws FormatException {
    int line = 1;
    for (int at = 0; at < text.length; line++) {
      int end = at;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      int last = end > at && text[end - 1] == '\r' ? end - 1 : end;
      if (last > at) {
        parse(line, at, last);
      }
      at = end + 1;
    }
  }

  private void parse(int line, int from, int to) throws FormatException {
    int space = from;
    while (space < to && text[space] != ' ') {
      space++;
    }
    if (space == from || space == to) {
      throw error(line, "a token in Base64, a space and a rank", quote(from, to));
    }
    if (tokens == mostRanks) {
      throw error(line, "at most " + mostRanks + " tokens", "more");
    }
    if (tokens == ranks.length) {
      ranks = Arrays.copyOf(ranks, 2 * tokens);
      ends = Arrays.copyOf(ends, 2 * tokens);
      lines = Arrays.copyOf(lines, 2 * tokens);
    }
    decode(line, from, space);
    ranks[tokens] = rank(line, space + 1, to);
    ends[tokens] = used;
    lines[tokens++] = line;
  }

  /// Canonical Base64: padded, the bits behind the last byte 0.
  private void decode(int line, int from, int to) throws FormatException {
    int padding = text[to - 1] != '=' ? 0 : text[to - 2 < from ? from : to - 2] == '=' ? 2 : 1;
    int bits = 0;
    int held = 0;
    int start = used;
    for (int i = from; i < to - padding; i++) {
      int value = BASE64_VALUES[text[i] & 0xFF];
      if (value < 0) {
        throw error(line, "a token in Base64", quote(from, to));
      }
      held = held << 6 | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[used++] = (byte) (held >> bits);
        held &= (1 << bits) - 1;
      }
    }
    if ((to - from) % 4 != 0 || bits != 2 * padding || held != 0) {
      throw error(line, "a token in Base64", quote(from, to));
    }
    if (used - start > LONGEST_TOKEN || used == start) {
      throw error(line, "a token of 1 to " + LONGEST_TOKEN + " bytes", (used - start) + " bytes");
    }
  }

  private int rank(int line, int from, int to) throws FormatException {
    long rank = 0;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9 || to - from > 18) {
        throw error(line, "a rank, a number of at least 0", quote(from, to));
      }
      rank = 10 * rank + digit;
    }
    if (from == to || rank >= mostRanks) {
      throw error(line, "a rank below " + mostRanks, from == to ? "none" : Long.toString(rank));
    }
    return (int) rank;
  }

  private String quote(int from, int to) {
    return FormatException.quote(
        new String(text, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  private FormatException error(int line, String expected, String found) {
    return new FormatException(
        file + ", line " + line + ": expected " + expected + ", found " + found);
  }

  private int start(int token) {
    return token == 0 ? 0 : ends[token - 1];
  }

  /// The tokens by ascending rank.
  RankFile arranged(Set<Integer> reserved, int byteValues) throws FormatException {
    int[] byRank = byRank(reserved);
    refuseDuplicates();
    refuseMissingBytes(byteValues);
    byte[] sorted = new byte[used];
    int[] sortedEnds = new int[byRank.length];
    int at = 0;
    for (int rank = 0; rank < byRank.length; rank++) {
      int token = byRank[rank];
      if (token >= 0) {
        int length = ends[token] - start(token);
        System.arraycopy(bytes, start(token), sorted, at, length);
        at += length;
      }
      sortedEnds[rank] = at;
    }
    return RankFile.of(sorted, sortedEnds, tokens);
  }

  /// Which token has each rank, -1 where it is reserved.
  private int[] byRank(Set<Integer> reserved) throws FormatException {
    int greatest = -1;
    for (int token = 0; token < tokens; token++) {
      greatest = Math.max(greatest, ranks[token]);
    }
    int[] byRank = new int[greatest + 1];
    Arrays.fill(byRank, -1);
    for (int token = 0; token < tokens; token++) {
      int earlier = byRank[ranks[token]];
      if (earlier >= 0) {
        throw error(
            lines[token],
            "each rank once",
            ranks[token] + ", which line " + lines[earlier] + " has, too");
      }
      byRank[ranks[token]] = token;
    }
    for (int rank = 0; rank <= greatest; rank++) {
      if (byRank[rank] < 0 && !reserved.contains(rank)) {
        int next = rank;
        while (byRank[next] < 0) {
          next++;
        }
        throw error(
            lines[byRank[next]],
            "the rank " + rank + ", which no line has",
            Integer.toString(next));
      }
    }
    return byRank;
  }

  private void refuseDuplicates() throws FormatException {
    int[] slots = new int[Integer.highestOneBit(Math.max(8, tokens)) * 4]; // a token plus 1
    for (int token = 0; token < tokens; token++) {
      int from = start(token);
      int hash = 0;
      for (int i = from; i < ends[token]; i++) {
        hash = 31 * hash + bytes[i];
      }
      hash *= 0x9E3779B9;
      int slot = hash >>> 8 & (slots.length - 1);
      for (; slots[slot] != 0; slot = (slot + 1) & (slots.length - 1)) {
        int other = slots[slot] - 1;
        if (Arrays.equals(bytes, from, ends[token], bytes, start(other), ends[other])) {
          throw error(
              lines[token],
              "each token once",
              FormatException.quote(
                      new String(
                          bytes, from, ends[token] - from, java.nio.charset.StandardCharsets.UTF_8))
                  + ", which line "
                  + lines[other]
                  + " has, too");
        }
      }
      slots[slot] = token + 1;
    }
  }

  private void refuseMissingBytes(int byteValues) throws FormatException {
    boolean[] there = new boolean[byteValues];
    for (int token = 0; token < tokens; token++) {
      if (ends[token] - start(token) == 1) {
        there[bytes[start(token)] & 0xFF] = true;
      }
    }
    for (int value = 0; value < byteValues; value++) {
      if (!there[value]) {
        throw error(
            tokens == 0 ? 1 : lines[tokens - 1],
            "each single byte as a token",
            "none for the byte 0x%02X before the file ends".formatted(value));
      }
    }
  }
}
