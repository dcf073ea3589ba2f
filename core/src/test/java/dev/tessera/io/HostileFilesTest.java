package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Valid files with bytes changed, cut, inserted and moved either read or are refused with a
/// [FormatException] that says where: nothing else is thrown, and memory suffices.
class HostileFilesTest {
  /// Changed files of each kind; 300,000 were run once, with a heap of 256 MB.
  private static final int ROUNDS = Integer.getInteger("tessera.rounds", 3_000);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f4.npy",
        "big_f8.npy",
        "fortran_i8.npy",
        "version_2.npy",
        "version_3.npy",
        "stored.npz",
        "deflated.npz",
        "zip64.npz",
        "reference.safetensors",
        "unaligned.safetensors",
        "views.pt"
      })
  void isReadOrRefused(String name) throws IOException {
    byte[] valid = Files.readAllBytes(name.equals("zip64.npz") ? zip64() : Fixtures.path(name));
    HostileBytes.assertReadOrRefused(
        name, valid, ROUNDS, 20260303L * 31, HostileFilesTest::mutate, HostileFilesTest::read);
  }

  private Path zip64() throws IOException {
    Path path = folder.resolve("zip64.npz");
    Npz stored = Npz.open(Fixtures.path("stored.npz"));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : stored.names()) {
      tensors.put(name, stored.tensor(name));
    }
    Fixtures.writeZip(path, tensors, 0);
    return path;
  }

  static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    // Half of the changes go to the first bytes, where most formats keep what steers them.
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = HostileBytes.EDGES[random.nextInt(HostileBytes.EDGES.length)];
        case 3 -> {
          int length = Math.min(1 + random.nextInt(8), bytes.length - at);
          Arrays.fill(
              bytes,
              at,
              at + length,
              HostileBytes.EDGES[random.nextInt(HostileBytes.EDGES.length)]);
        }
        case 4 -> {
          int length = random.nextInt(bytes.length - at);
          System.arraycopy(valid, random.nextInt(valid.length - length), bytes, at, length);
        }
        default -> {
          if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, Math.max(1, at));
          }
        }
      }
      if (bytes.length < 2) {
        return bytes;
      }
    }
    return bytes;
  }

  private static boolean read(String name, byte[] bytes) throws IOException {
    FileBytes file = Fixtures.file(bytes);
    try {
      if (name.endsWith(".npy")) {
        convert(Npy.parse(file));
      } else {
        TensorFile tensors =
            name.endsWith(".npz")
                ? Npz.parse(file, Arena.ofAuto())
                : name.endsWith(".pt")
                    ? TorchCheckpoint.parse(file, Arena.ofAuto())
                    : Safetensors.parse(file);
        for (String tensor : tensors.names()) {
          convert(tensors.tensor(tensor));
        }
      }
      return true;
    } catch (FormatException e) {
      assertThat(e.getMessage()).startsWith("lie").contains("expected").contains("found");
      return false;
    }
  }

  /// What a tensor is does not follow from a file that reads: its values may be refused.
  static void convert(Tensor tensor) {
    try {
      tensor.floats(Rounding.NEAREST);
    } catch (FormatException e) {
      assertThat(e.getMessage()).startsWith("lie");
    }
    try {
      tensor.ids();
    } catch (FormatException e) {
      assertThat(e.getMessage()).startsWith("lie");
    }
    try {
      tensor.flattenTrailing().floats(Rounding.NEAREST);
    } catch (FormatException e) {
      assertThat(e.getMessage()).startsWith("lie");
    }
  }
}
