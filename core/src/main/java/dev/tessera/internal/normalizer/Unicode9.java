package dev.tessera.internal.normalizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/// Which characters Unicode 9.0 has. Hugging Face's tokenizers 0.23 normalize by its tables: later
/// characters are neither decomposed nor composed, nor marks. Since what a character once
/// normalizes to never changes, the JVM's own tables serve for the others, whatever its version.
final class Unicode9 {
  /// Where runs of code points begin that it has not, has, has not, ...
  private static final int[] STARTS = starts();

  private Unicode9() {}

  private static int[] starts() {
    byte[] file;
    try (InputStream in = Unicode9.class.getResourceAsStream("unicode9.bin")) {
      if (in == null) {
        throw new IllegalStateException("unicode9.bin is missing from tessera-core");
      }
      file = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] starts = new int[file.length + 1];
    int runs = 0;
    for (int at = 0; at < file.length; ) {
      int length = 0;
      int shift = 0;
      while (file[at] < 0) {
        length |= (file[at++] & 0x7F) << shift;
        shift += 7;
      }
      length |= file[at++] << shift;
      starts[runs + 1] = starts[runs] + length;
      runs++;
    }
    return Arrays.copyOf(starts, runs);
  }

  /// Whether Unicode 9.0 has the character.
  static boolean has(int codePoint) {
    if (codePoint < 0x370 || (codePoint >= 0x4E00 && codePoint <= 0x9FD5)) {
      return true; // most of what comes
    }
    int run = Arrays.binarySearch(STARTS, codePoint);
    int last = run >= 0 ? run : -run - 2;
    while (last + 1 < STARTS.length && STARTS[last + 1] == codePoint) {
      last++; // an empty run
    }
    return (last & 1) != 0;
  }
}
