package dev.tessera.internal.scalar;

import dev.tessera.internal.split.Cl100kScanner;
import dev.tessera.internal.split.Gpt2Scanner;
import dev.tessera.internal.split.O200kScanner;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;

/// The specification of splitting: one piece after the other, from the left.
final class ScalarSplit {
  private ScalarSplit() {}

  static SplitKernel of(SplitPattern pattern) {
    return switch (pattern) {
      case GPT2 -> ScalarSplit::gpt2;
      case CL100K -> (text, from, to, ends) -> cl100k(text, from, to, ends, 3, true);
      case LLAMA3 -> (text, from, to, ends) -> cl100k(text, from, to, ends, 3, false);
      case QWEN2 -> (text, from, to, ends) -> cl100k(text, from, to, ends, 1, false);
      case O200K -> ScalarSplit::o200k;
    };
  }

  private static int gpt2(byte[] text, int from, int to, int[] ends) {
    int pieces = 0;
    for (int at = from; at < to && pieces < ends.length; ) {
      at = Gpt2Scanner.end(text, at, to);
      ends[pieces++] = at;
    }
    return pieces;
  }

  private static int cl100k(
      byte[] text, int from, int to, int[] ends, int digits, boolean wholeAtEnd) {
    int pieces = 0;
    for (int at = from; at < to && pieces < ends.length; ) {
      at = Cl100kScanner.end(text, at, to, digits, wholeAtEnd);
      ends[pieces++] = at;
    }
    return pieces;
  }

  private static int o200k(byte[] text, int from, int to, int[] ends) {
    int pieces = 0;
    for (int at = from; at < to && pieces < ends.length; ) {
      at = O200kScanner.end(text, at, to);
      ends[pieces++] = at;
    }
    return pieces;
  }
}
