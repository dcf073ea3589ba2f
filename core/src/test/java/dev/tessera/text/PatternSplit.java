package dev.tessera.text;

import dev.tessera.kernel.SplitKernel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// GPT-2's pattern as `java.util.regex` has it: a splitter that owes nothing to the scanners. Text
/// that is not UTF-8 is taken for Latin-1.
final class PatternSplit implements SplitKernel {
  private static final Pattern GPT2 =
      Pattern.compile(
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"
              .replace("[^\\s", "[^\\p{IsWhite_Space}")
              .replace("\\s", "\\p{IsWhite_Space}")
              .replace("\\S", "\\P{IsWhite_Space}"));

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    String string = new String(text, from, to - from, StandardCharsets.UTF_8);
    boolean latin1 =
        !Arrays.equals(string.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(text, from, to));
    if (latin1) {
      string = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
    Matcher matcher = GPT2.matcher(string);
    int count = 0;
    int end = from;
    while (count < ends.length && matcher.find()) {
      end +=
          latin1
              ? matcher.group().length()
              : matcher.group().getBytes(StandardCharsets.UTF_8).length;
      ends[count++] = end;
    }
    return count;
  }
}
