package dev.tessera.text;

import dev.tessera.io.ByteLevelAlphabet;
import dev.tessera.kernel.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A vocabulary that is being learned: special tokens, the bytes, then one token a merge.
final class GrowingVocabulary {
  private final List<String> specialTokens;
  private final List<byte[]> tokens = new ArrayList<>();
  private final int[] byteIds = new int[256];
  private final Map<String, Integer> spelledSpecials = new HashMap<>();
  private final int longestSpelled;
  private int[] merges = new int[3 * 1024];
  private long[] frequencies = new long[1024];
  private int mergeCount;

  GrowingVocabulary(List<String> specialTokens) {
    this.specialTokens = specialTokens;
    Arrays.fill(byteIds, -1);
    int longest = 0;
    for (String special : specialTokens) {
      int id = tokens.size();
      byte[] spelled = ByteLevelAlphabet.read(special);
      tokens.add(spelled == null ? Utf8.bytes(special) : spelled);
      if (spelled == null) {
        continue;
      }
      if (spelled.length == 1) {
        byteIds[spelled[0] & 0xFF] = id;
      } else {
        spelledSpecials.put(latin1(spelled), id);
        longest = Math.max(longest, spelled.length);
      }
    }
    longestSpelled = longest;
    for (int value : bytesByCharacter()) {
      if (byteIds[value] < 0) {
        byteIds[value] = tokens.size();
        tokens.add(new byte[] {(byte) value});
      }
    }
  }

  /// The byte values, by ascending character that spells them.
  static int[] bytesByCharacter() {
    return IntStream.range(0, BpeTrainerOptions.BYTES)
        .boxed()
        .sorted(
            Comparator.comparing(value -> ByteLevelAlphabet.spell(new byte[] {(byte) (int) value})))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// The id of each byte.
  int[] byteIds() {
    return byteIds;
  }

  /// How many tokens there are.
  int size() {
    return tokens.size();
  }

  /// How many bytes a token stands for.
  int bytes(int id) {
    return tokens.get(id).length;
  }

  /// Makes a token of two, or finds the special token that is spelled like both together.
  ///
  /// @return its id
  int merge(int left, int right, long frequency) {
    byte[] first = tokens.get(left);
    byte[] second = tokens.get(right);
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    int id = tokens.size();
    if (joined.length <= longestSpelled) {
      id = spelledSpecials.getOrDefault(latin1(joined), id);
    }
    if (id == tokens.size()) {
      tokens.add(joined);
    }
    if (mergeCount == frequencies.length) {
      frequencies = Arrays.copyOf(frequencies, 2 * mergeCount);
      merges = Arrays.copyOf(merges, 6 * mergeCount);
    }
    frequencies[mergeCount] = frequency;
    merges[3 * mergeCount] = left;
    merges[3 * mergeCount + 1] = right;
    merges[3 * mergeCount + 2] = id;
    mergeCount++;
    return id;
  }

  /// What has been learned.
  LearnedBpe learned(SplitPattern pattern) {
    byte[][] contents = tokens.toArray(byte[][]::new);
    for (int id = 0; id < specialTokens.size(); id++) {
      contents[id] = Utf8.bytes(specialTokens.get(id));
    }
    return new LearnedBpe(
        pattern,
        specialTokens,
        contents,
        byteIds,
        Arrays.copyOf(merges, 3 * mergeCount),
        Arrays.copyOf(frequencies, mergeCount));
  }
}
