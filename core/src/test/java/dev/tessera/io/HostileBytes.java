package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;

/// Changes a valid file again and again: it is read or refused, and nothing else happens.
final class HostileBytes {
  /// Values that lengths, offsets and counts like least.
  static final byte[] EDGES = {0, 1, (byte) 0x7f, (byte) 0x80, (byte) 0xff, '{', '"', ','};

  private HostileBytes() {}

  /// A way to change a file.
  interface Change {
    byte[] of(byte[] valid, Random random);
  }

  /// False if the file is refused as it should be.
  interface Reader {
    boolean read(String name, byte[] bytes) throws IOException;
  }

  /// Asserts that the valid file is read, and that of the changed ones more than a tenth are
  /// refused and the others read.
  static void assertReadOrRefused(
      String name, byte[] valid, int rounds, long firstSeed, Change change, Reader reader)
      throws IOException {
    assertThat(reader.read(name, valid)).as("the valid file").isTrue();
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      long seed = firstSeed + round;
      byte[] bytes = change.of(valid, new Random(seed));
      try {
        if (!reader.read(name, bytes)) {
          refused++;
        }
      } catch (Throwable e) {
        throw new AssertionError(name + ", seed " + seed, e);
      }
    }
    assertThat(refused).as("refused of %d", rounds).isGreaterThan(rounds / 10);
  }
}
