package dev.tessera.benchmarks;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Compares where text is cut with where tiktoken cuts it: `PieceComparison FILE`, a file that
/// `peers/pieces.py` has written. Ends with an error if a string differs.
final class PieceComparison {
  private PieceComparison() {}

  public static void main(String[] args) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(Path.of(args[0]))).order(ByteOrder.LITTLE_ENDIAN);
    long differing = 0;
    for (String backend : new String[] {"scalar", "simd"}) {
      try (Backends backends = Backends.open(backend, BackendOptions.defaults())) {
        differing += compare(file.rewind().order(ByteOrder.LITTLE_ENDIAN), backends);
      }
    }
    if (differing > 0) {
      throw new IllegalStateException(differing + " strings are cut otherwise than by tiktoken");
    }
  }

  private static long compare(ByteBuffer file, Backends backends) {
    Backend backend = backends.serving().getFirst();
    SplitPattern[] patterns = SplitPattern.values();
    SplitKernel[] kernels =
        Arrays.stream(patterns).map(p -> kernel(backend, p)).toArray(SplitKernel[]::new);
    long[] pieces = new long[patterns.length];
    long strings = 0;
    long differing = 0;
    while (file.hasRemaining()) {
      byte[] text = new byte[file.getInt()];
      file.get(text);
      for (int i = 0; i < patterns.length; i++) {
        int[] expected = new int[file.getInt()];
        for (int piece = 0; piece < expected.length; piece++) {
          expected[piece] = file.getInt();
        }
        int[] ends = new int[text.length];
        int count = kernels[i].split(text, 0, text.length, ends);
        pieces[i] += count;
        if (!Arrays.equals(Arrays.copyOf(ends, count), expected)) {
          differing++;
          System.out.printf(
              "%s %s: `%s` is cut at %s, by tiktoken at %s%n",
              backend.name(),
              patterns[i],
              new String(text, StandardCharsets.UTF_8),
              Arrays.toString(Arrays.copyOf(ends, count)),
              Arrays.toString(expected));
        }
      }
      strings++;
    }
    System.out.printf(
        "%s: %,d strings, pieces %s of %s, %,d strings differ%n",
        backend.name(), strings, Arrays.toString(pieces), Arrays.toString(patterns), differing);
    return differing;
  }

  private static SplitKernel kernel(Backend backend, SplitPattern pattern) {
    if (backend.split(pattern) instanceof Offer.Accepted<SplitKernel> accepted) {
      return accepted.kernel();
    }
    throw new IllegalStateException(backend.name() + " does not split by " + pattern);
  }
}
