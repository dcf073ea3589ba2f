package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints by PyTorch, and by liars.
class TorchCheckpointTest {
  private static final long[] MATRIX = {3, 4};
  private static final long[] PACKED = {4, 1};

  @TempDir Path folder;

  @Test
  void readsAStateDict() throws IOException {
    TorchCheckpoint file = TorchCheckpoint.open(Fixtures.path("state_dict.pt"));
    assertThat(file.names()).containsExactly("weight", "bias");
    assertThat(file.tensor("weight").floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
    assertThat(file.tensor("weight").isFloatView()).isTrue();
    assertThat(file.tensor("weight").source()).endsWith("state_dict.pt:weight");
    assertThat(file.tensor("bias").flattenTrailing().floats().toArray()).containsExactly(1, 2, 3);
    assertThat(file.toString()).endsWith("state_dict.pt: 2 tensors");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> file.tensor("w"))
        .withMessageContaining("one of its 2 tensors ('weight', 'bias')")
        .withMessageEndingWith("found 'w'");
  }

  @Test
  void readsEveryTypeAndEveryView() throws IOException {
    TorchCheckpoint file = TorchCheckpoint.open(Fixtures.path("views.pt"));
    float[] matrix = Fixtures.matrix(5.5);
    for (String name :
        new String[] {
          "w.f32", "w.f64", "w.f16", "w.bf16", "transposed", "window", "spread", "parameter"
        }) {
      assertThat(file.tensor(name).floats().toArray()).as(name).isEqualTo(matrix);
    }
    for (String type : new String[] {"i64", "i32", "i16", "i8", "u8", "u16"}) {
      assertThat(file.tensor("ids." + type).ids().toArray())
          .as(type)
          .containsExactly(0, 1, 2, 3, 4);
    }
    assertThat(file.tensor("transposed").isFortranOrder()).isTrue();
    assertThat(file.tensor("row").flattenTrailing().floats().toArray())
        .isEqualTo(Arrays.copyOfRange(matrix, 4, 8));
    assertThat(file.tensor("column").flattenTrailing().floats().toArray())
        .containsExactly(matrix[2], matrix[6], matrix[10]);
    assertThat(file.tensor("scalar").shape()).isEmpty();
    assertThat(file.tensor("empty").floats().rows()).isZero();
    assertThat(file.tensor("mask").type()).isEqualTo(ElementType.BOOL);
    assertThat(file.tensor("complex").type()).isEqualTo(ElementType.C64);
    assertThat(file.tensor("quantized").type()).isEqualTo(ElementType.F8_E4M3);
    Tensor permuted = file.tensor("three_axes");
    assertThat(permuted.shape()).containsExactly(4, 2, 3);
    float[] rows = permuted.flattenTrailing().floats().toArray();
    for (int i = 0; i < 24; i++) {
      assertThat(rows[i]).as("element %d", i).isEqualTo(i / 6 + 4 * (i % 6));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void callsNestedTensorsByTheirPaths(int protocol) throws IOException {
    TorchCheckpoint file = TorchCheckpoint.open(Fixtures.path("nested_" + protocol + ".pt"));
    assertThat(file.names())
        .containsExactly(
            "state_dict.head.weight", "state_dict.tied", "ema.0", "ema.1.0", "ema.1.1.7");
    for (String name : file.names()) {
      assertThat(file.tensor(name).floats().toArray()).as(name).isEqualTo(Fixtures.matrix(5.5));
    }
  }

  @Test
  void isOpenedByItsExtension() throws IOException {
    String state = Fixtures.path("state_dict.pt").toString();
    assertThat(TensorLocation.parse(state + ":weight").open().floats().toArray())
        .isEqualTo(Fixtures.matrix(5.5));
    assertThat(TensorLocation.parse(Fixtures.path("list.pth") + ":1").open().ids().toArray())
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(TensorLocation.parse(Fixtures.path("bare.pt").toString()).open().floats().toArray())
        .isEqualTo(Fixtures.matrix(5.5));
    assertThat(TensorFile.open(Fixtures.path("bare.pt")).names()).containsExactly("");
    assertThat(TensorFile.open(Fixtures.path("stored.npz")).names()).contains("encoder/w");
    assertThat(TensorFile.open(Fixtures.path("written.safetensors")).names()).contains("codebook");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> TensorLocation.parse(state).open())
        .withMessageEndingWith("('weight', 'bias'), as in " + state + ":NAME; found none");
  }

  @Test
  void refusesModulesByName() {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> TorchCheckpoint.open(Fixtures.path("module.pt")))
        .withMessageContaining("module.pt:module/data.pkl, byte ")
        .withMessageEndingWith(
            "expected only names that stand for plain values and tensors (nothing is executed),"
                + " found 'torch.nn.modules.linear.Linear'");
  }

  @Test
  void refusesTheOldFormatAndRepeatedElements() {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> TorchCheckpoint.open(Fixtures.path("old.pt")))
        .withMessageEndingWith(
            "byte 0: expected a zip file, found the format before PyTorch 1.6: load it and save it"
                + " again in a newer one");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> TorchCheckpoint.open(Fixtures.path("repeated.pt")))
        .withMessageEndingWith(
            "expected a tensor that repeats no elements (clone() it before it is saved), found"
                + " [1000] of 4000 bytes in a storage of 4");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path path = folder.resolve("cut.pt");
    byte[] whole = Files.readAllBytes(Fixtures.path("state_dict.pt"));
    for (int length = 0; length < whole.length; length += 13) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(FormatException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> TorchCheckpoint.open(path));
    }
  }

  // Lies

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /// A checkpoint of this pickle and a storage `0` of so many bytes.
  private static byte[] checkpoint(byte[] pickle, int storageBytes) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x/data.pkl", pickle);
    entries.put("x/data/0", new byte[storageBytes]);
    return zip(entries);
  }

  private static TorchCheckpoint parse(byte[] zip) throws FormatException {
    return TorchCheckpoint.parse(Fixtures.file(zip), Arena.ofAuto());
  }

  private static void assertRefused(String message, byte[] zip) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> parse(zip))
        .satisfies(e -> assertThat(e.getMessage()).startsWith("lie").contains(message));
  }

  private static byte[] tensor(int elements, long offset, long[] sizes, long[] strides) {
    return new PickleBytes().tensor(elements, offset, sizes, strides).end();
  }

  @Test
  void readsWhatIsMadeByHand() throws IOException {
    byte[] file = checkpoint(tensor(12, 0, MATRIX, PACKED), 48);
    assertThat(parse(file).tensor("").floats().rows()).isEqualTo(3);
  }

  @Test
  void refusesTensorsThatLeaveTheirStorage() throws IOException {
    assertRefused(
        "expected a tensor [3 x 4] within the 44 bytes of storage '0', found one up to byte 48",
        checkpoint(tensor(11, 0, MATRIX, PACKED), 44));
    assertRefused("found one up to byte 52", checkpoint(tensor(12, 1, MATRIX, PACKED), 48));
    assertRefused("up to byte 64", checkpoint(tensor(12, 0, MATRIX, new long[] {6, 1}), 48));
    assertRefused(
        "expected 48 bytes of storage '0', found 44",
        checkpoint(tensor(12, 0, MATRIX, PACKED), 44));
    assertRefused(
        "expected a stride of at least 0, found the number -1",
        checkpoint(tensor(12, 0, MATRIX, new long[] {4, -1}), 48));
    assertRefused(
        "expected a size of at least 0, found the number -3",
        checkpoint(tensor(12, 0, new long[] {-3, 4}, PACKED), 48));
    assertRefused(
        "as many strides, and an offset, found 2, 1 and 0",
        checkpoint(tensor(12, 0, MATRIX, new long[] {1}), 48));
    assertRefused(
        "expected a shape of less than 2^57 elements",
        checkpoint(tensor(12, 0, new long[] {1L << 40, 1L << 40}, new long[] {0, 0}), 48));
    assertRefused(
        "expected a shape of less than 2^57 elements",
        checkpoint(tensor(12, Long.MAX_VALUE, MATRIX, PACKED), 48));
    assertRefused(
        "expected a tensor that repeats no elements",
        checkpoint(tensor(12, 0, new long[] {1L << 40}, new long[] {0}), 48));
    assertRefused(
        "expected a storage of at least 0", checkpoint(tensor(-1, 0, MATRIX, PACKED), 48));
  }

  @Test
  void refusesZipFilesOfOtherThings() throws IOException {
    assertRefused("expected the end record of a zip file", new byte[100]);
    assertRefused(
        "expected one entry NAME/data.pkl, as torch.save writes it, found 0 among 1 entries",
        zip(Map.of("x.npy", new byte[3])));
    assertRefused(
        "expected the entry 'x/data/0', found none among 1 entries",
        zip(Map.of("x/data.pkl", tensor(12, 0, MATRIX, PACKED))));
    Map<String, byte[]> middle = new LinkedHashMap<>();
    middle.put("x/data.pkl", tensor(12, 0, MATRIX, PACKED));
    middle.put("x/data/0", new byte[48]);
    middle.put("x/byteorder", "middle".getBytes(StandardCharsets.UTF_8));
    assertRefused("expected the byte order 'little' or 'big', found", zip(middle));
    middle.put("x/byteorder", "big".getBytes(StandardCharsets.UTF_8));
    assertThat(parse(zip(middle)).tensor("").byteOrder()).isEqualTo(java.nio.ByteOrder.BIG_ENDIAN);
  }

  /// 17 MB of zeros deflate to 17 kB.
  @Test
  void refusesAPickleThatInflatesTooFar() throws IOException {
    assertRefused(
        "expected a pickle of at most 16777216 bytes, found 17000000",
        zip(Map.of("x/data.pkl", new byte[17_000_000])));
  }

  @Test
  void refusesStructuresWithoutEnd() throws IOException {
    // l = [tensor]; l.append(l)
    PickleBytes cycle =
        new PickleBytes().op(']', 'q', 1).tensor(12, 0, MATRIX, PACKED).op('a', 'h', 1, 'a');
    assertRefused("expected names of at most 1024 characters", checkpoint(cycle.end(), 48));
    PickleBytes bare = new PickleBytes().op(']', 'q', 1, 'h', 1, 'a');
    assertThat(parse(checkpoint(bare.end(), 0)).names()).isEmpty();
    // l0 = [tensor]; l1 = [l0, l0]; l2 = [l1, l1] ...
    PickleBytes doubled = new PickleBytes().op(']').tensor(12, 0, MATRIX, PACKED).op('a', 'q', 0);
    for (int i = 1; i < 40; i++) {
      doubled.op(']', 'h', i - 1, 'a', 'h', i - 1, 'a', 'q', i);
    }
    assertRefused("expected at most 131072 tensors, found more", onlyTop(doubled, 39));
    PickleBytes deep = new PickleBytes();
    for (int i = 0; i < 100_000; i++) {
      deep.op(']');
    }
    deep.tensor(12, 0, MATRIX, PACKED);
    for (int i = 0; i < 100_000; i++) {
      deep.op('a');
    }
    assertRefused("expected at most 64 lists and dicts in each other", checkpoint(deep.end(), 48));
  }

  /// Leaves the value that was remembered last, and takes those below it from the stack.
  private static byte[] onlyTop(PickleBytes pickle, int below) throws IOException {
    for (int i = 0; i <= below; i++) {
      pickle.op('0');
    }
    return checkpoint(pickle.op('h', below).end(), 48);
  }

  @Test
  void refusesNamesThatStandTwiceAndKeysThatAreNone() throws IOException {
    PickleBytes twice = new PickleBytes().op('}').text("a.b").tensor(12, 0, MATRIX, PACKED).op('s');
    twice.text("a").op('}').text("b").tensor(12, 0, MATRIX, PACKED).op('s', 's');
    assertRefused("expected each name once, found 'a.b' again", checkpoint(twice.end(), 48));
    PickleBytes none = new PickleBytes().op('}', 'N').tensor(12, 0, MATRIX, PACKED).op('s');
    assertRefused(
        "expected tensors under strings and numbers, found them under None",
        checkpoint(none.end(), 48));
  }

  /// The pickle inside is changed, and its checksum with it.
  @Test
  void hostilePicklesAreReadOrRefused() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(Fixtures.path("views.pt").toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    HostileBytes.assertReadOrRefused(
        "views",
        entries.get("views/data.pkl"),
        500,
        20261127L,
        HostileFilesTest::mutate,
        (name, pickle) -> {
          entries.put("views/data.pkl", pickle);
          try {
            TorchCheckpoint file = parse(zip(entries));
            for (String tensor : file.names()) {
              HostileFilesTest.convert(file.tensor(tensor));
            }
            return true;
          } catch (FormatException e) {
            assertThat(e.getMessage()).startsWith("lie").contains("expected", "found");
            return false;
          }
        });
  }
}
