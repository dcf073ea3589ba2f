package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `.npz` files by numpy, by us, by the JDK, and by liars.
class NpzTest {
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_LOCATOR = 0x07064b50;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void readsAsNumpyWrote(String name) throws IOException {
    Npz file = Npz.open(Fixtures.path(name));
    assertThat(file.names()).contains("x", "ids", "encoder/w");
    assertThat(file.tensor("x").floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
    assertThat(file.tensor("encoder/w").floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
    assertThat(file.tensor("ids").ids().toArray()).containsExactly(0, 1, 2, 3, 4);
    assertThat(file.tensor("x").source()).endsWith(name + ":x");
  }

  @Test
  void inflatesWhatCompressesWell() throws IOException {
    FloatMatrix zeros = Npz.open(Fixtures.path("deflated.npz")).tensor("zeros").floats();
    assertThat(zeros.rows()).isEqualTo(1000);
    assertThat(zeros.toArray()).containsOnly(0f);
  }

  @Test
  void namesTheArraysThatThereAre() {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npz.open(Fixtures.path("stored.npz")).tensor("y"))
        .withMessageContaining("one of its 3 tensors ('x', 'ids', 'encoder/w')")
        .withMessageEndingWith("found 'y'");
  }

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("codebook", Tensor.of(FloatMatrix.of(new float[] {1, 2, 3, 4}, 2, 2)));
    tensors.put("a/ids é", Tensor.of(TokenIds.of(new int[] {1, -1, 3}), 3));
    return tensors;
  }

  @Test
  void writesWhatItAndOthersRead() throws IOException {
    Path path = folder.resolve("x.npz");
    Npz.write(path, tensors());
    Npz back = Npz.open(path);
    assertThat(back.names()).containsExactly("codebook", "a/ids é");
    assertThat(back.tensor("codebook").floats().toArray()).containsExactly(1, 2, 3, 4);
    assertThat(back.tensor("codebook").isFloatView()).isTrue();
    assertThat(back.tensor("a/ids é").ids().toArray()).containsExactly(1, -1, 3);
    assertJdkReads(path);
    assertThat(Fixtures.names(folder)).containsExactly("x.npz");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 145, 200, 400})
  void writesZip64(long zip64From) throws IOException {
    Path path = folder.resolve("x.npz");
    Fixtures.writeZip(path, tensors(), zip64From);
    assertThat(Npz.open(path).tensor("codebook").floats().toArray()).containsExactly(1, 2, 3, 4);
    assertThat(Npz.open(path).tensor("a/ids é").ids().toArray()).containsExactly(1, -1, 3);
    assertJdkReads(path);
  }

  /// An independent reader, which compares checksums.
  private static void assertJdkReads(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .containsExactly("codebook.npy", "a/ids é.npy");
      byte[] content = zip.getInputStream(zip.getEntry("codebook.npy")).readAllBytes();
      assertThat(Npy.parse(Fixtures.file(content)).floats().toArray()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void readsWhatTheJdkDeflatesWithDescriptorsAndOtherFiles() throws IOException {
    Random random = new Random(20260302);
    ByteBuffer values = ByteBuffer.allocate(1 << 22).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      values.putInt(random.nextInt(1 << 20));
    }
    String header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1048576,), }".indent(0);
    byte[] npy = Fixtures.concatenate(Fixtures.npy(header, 0), values.array());
    byte[] zip = zip(Map.of("x.npy", npy, "README", new byte[] {1}), true);
    Npz file = parse(zip);
    assertThat(file.names()).containsExactly("x");
    TokenIds ids = file.tensor("x").ids();
    MemorySegment expected = MemorySegment.ofBuffer(values.flip());
    assertThat(ids.segment().mismatch(expected)).as("seed 20260302").isEqualTo(-1);
  }

  private static byte[] zip(Map<String, byte[]> files, boolean deflated) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setComment("a comment");
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        if (!deflated) {
          CRC32 crc = new CRC32();
          crc.update(file.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(file.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static Npz parse(byte[] zip) throws IOException {
    return Npz.parse(Fixtures.file(zip), Arena.ofAuto());
  }

  // Lies

  private static byte[] plain(boolean deflated) throws IOException {
    return zip(Map.of("x.npy", Files.readAllBytes(Fixtures.path("f4.npy"))), deflated);
  }

  private static ByteBuffer at(byte[] zip, int signature) {
    ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = zip.length - 4;
    while (buffer.getInt(at) != signature) {
      at--;
    }
    return buffer.position(at).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void assertRefused(byte[] zip, String... parts) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> parse(zip).tensor("x").floats())
        .satisfies(e -> assertThat(e.getMessage()).startsWith("lie").contains(parts));
  }

  @Test
  void refusesWhatIsNoZip() throws IOException {
    assertRefused(new byte[0], "byte 0: expected the end record of a zip file, found none");
    assertRefused(Files.readAllBytes(Fixtures.path("f4.npy")), "the end record of a zip file");
    byte[] cut = plain(false);
    assertRefused(Arrays.copyOf(cut, cut.length - 1), "the end record of a zip file");
  }

  @Test
  void refusesEndRecordsThatLie() throws IOException {
    byte[] count = plain(false);
    at(count, END).putShort(8, (short) 2).putShort(10, (short) 2);
    assertRefused(count, "expected entry 1 of 2 (02014b50)");
    byte[] none = plain(false);
    at(none, END).putShort(8, (short) 0).putShort(10, (short) 0);
    assertRefused(none, "expected 0 entries in 51 bytes, found 0 bytes");
    byte[] length = plain(false);
    at(length, END).putInt(12, 1 << 20);
    assertRefused(length, "expected a directory before byte", "found 1048576 bytes at byte");
    byte[] offset = plain(false);
    at(offset, END).putInt(16, 7);
    assertRefused(offset, "byte 7: expected entry 0 of 1 (02014b50)");
    byte[] split = plain(false);
    at(split, END).putShort(4, (short) 1);
    assertRefused(split, "expected an archive in one part, found disk 1");
    byte[] zip64 = plain(false);
    at(zip64, END).putInt(16, -1);
    assertRefused(zip64, "expected a zip64 locator (07064b50)");
  }

  @Test
  void refusesZip64RecordsThatLie() throws IOException {
    Path path = folder.resolve("x.npz");
    Fixtures.writeZip(path, Map.of("x", Tensor.of(FloatMatrix.of(new float[] {1, 2}, 1, 2))), 0);
    byte[] valid = Files.readAllBytes(path);
    assertThat(parse(valid).tensor("x").floats().toArray()).containsExactly(1, 2);
    byte[] offset = valid.clone();
    at(offset, ZIP64_LOCATOR).putLong(8, 1 << 20);
    assertRefused(offset, "expected an offset before this byte, found 1048576");
    at(offset, ZIP64_LOCATOR).putLong(8, -1);
    assertRefused(offset, "expected offset below 2^63, found 18446744073709551615");
    at(offset, ZIP64_LOCATOR).putLong(8, 3);
    assertRefused(offset, "byte 3: expected a zip64 end record (06064b50)");
    byte[] split = valid.clone();
    at(split, ZIP64_END).putLong(24, 2);
    assertRefused(split, "expected an archive in one part, found 2 entries");
    byte[] count = valid.clone();
    at(count, ZIP64_END).putLong(24, Long.MAX_VALUE).putLong(32, Long.MAX_VALUE);
    assertRefused(count, "expected entry 1 of 9223372036854775807 (02014b50)");
    byte[] directory = valid.clone();
    at(directory, ZIP64_END).putLong(40, Long.MAX_VALUE);
    assertRefused(directory, "expected a directory before byte", "found 9223372036854775807 bytes");
    byte[] bytes = valid.clone();
    at(bytes, CENTRAL).putLong(46 + 5 + 4, Long.MAX_VALUE).putLong(46 + 5 + 12, Long.MAX_VALUE);
    assertRefused(bytes, "expected 9223372036854775807 bytes of 'x.npy' at byte 55");
  }

  @Test
  void refusesEntriesThatLie() throws IOException {
    byte[] encrypted = plain(false);
    at(encrypted, CENTRAL).putShort(8, (short) 1);
    assertRefused(encrypted, "expected no encryption, found 'x.npy' encrypted");
    byte[] stored = plain(false);
    at(stored, CENTRAL).putInt(24, 177);
    assertRefused(stored, "expected a stored entry of 177 bytes, found 176");
    byte[] beyond = plain(false);
    at(beyond, CENTRAL).putInt(20, 500).putInt(24, 500);
    assertRefused(beyond, "expected 500 bytes of 'x.npy' at byte 35, found 176 bytes before");
    byte[] offset = plain(false);
    at(offset, CENTRAL).putInt(42, 3);
    assertRefused(offset, "byte 3: expected the entry 'x.npy' (04034b50)");
    byte[] elsewhere = plain(false);
    at(elsewhere, CENTRAL).putInt(42, -1);
    assertRefused(elsewhere, "expected a zip64 number, found the end of the extra field");
    byte[] name = plain(false);
    name[30] = 'y';
    assertRefused(name, "byte 30: expected the name 'x.npy', found 'y.npy'");
    byte[] text = plain(false);
    at(text, CENTRAL).put(46, (byte) 0xff);
    assertRefused(text, "expected a name in UTF-8, found other bytes");
    byte[] localMethod = plain(false);
    localMethod[8] = 8;
    assertRefused(localMethod, "byte 8: expected compression method 0, found 8");
    byte[] checksum = plain(false);
    checksum[170] ^= 1;
    assertRefused(checksum, "lie, entry 'x.npy': expected the checksum ");
  }

  @Test
  void refusesMethodsThatItCannotRead() throws IOException {
    byte[] lzma = plain(false);
    lzma[8] = 14;
    at(lzma, CENTRAL).putShort(10, (short) 14);
    assertThat(parse(lzma).names()).containsExactly("x");
    assertRefused(lzma, "expected a stored (0) or deflated (8) entry, found compression method 14");
  }

  @Test
  void refusesNamesThatStandTwiceAndEntriesThatOverlap() throws IOException {
    byte[] npy = Files.readAllBytes(Fixtures.path("f4.npy"));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("x.npy", npy);
    files.put("y.npy", npy);
    byte[] twice = zip(files, false);
    ByteBuffer second = at(twice, CENTRAL);
    int secondHeader = second.getInt(42);
    twice[secondHeader + 30] = 'x';
    second.put(46, (byte) 'x');
    assertRefused(twice, "expected each name once, found 'x.npy' again");

    files.clear();
    files.put("x.npy", npy);
    files.put("x.npy2", npy);
    byte[] overlap = zip(files, false);
    ByteBuffer last = at(overlap, CENTRAL);
    int first = overlap.length - last.capacity() - 51;
    ByteBuffer.wrap(overlap).order(ByteOrder.LITTLE_ENDIAN).putInt(first + 20, 300);
    ByteBuffer.wrap(overlap).order(ByteOrder.LITTLE_ENDIAN).putInt(first + 24, 300);
    assertRefused(overlap, "expected 'x.npy2' behind byte 335, where another ends, found byte 211");
  }

  @Test
  void refusesLengthsBeforeItAllocates() throws IOException {
    byte[] bomb = plain(true);
    at(bomb, CENTRAL).putInt(24, 2_000_000_000);
    assertRefused(bomb, "lie, entry 'x.npy': expected at most 1032 times the ", "2000000000");
    byte[] header = plain(true);
    at(header, CENTRAL).putInt(24, 50_000);
    assertRefused(header, "lie, entry 'x.npy': expected 50000 bytes, inflated from");
    byte[] shape =
        zip(
            Map.of(
                "x.npy",
                Fixtures.npy(
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 768)}", 1000)),
            true);
    assertRefused(shape, "lie:x, byte 78: expected 3072000000000 bytes of data", "found 1000");
  }

  @Test
  void refusesDeflatedDataThatLie() throws IOException {
    byte[] less = plain(true);
    at(less, CENTRAL).putInt(24, 175);
    assertRefused(less, "lie:x, byte 128: expected 48 bytes of data for F32 [3 x 4], found 47");
    byte[] garbage = plain(true);
    int compressed = at(garbage, CENTRAL).getInt(20);
    Arrays.fill(garbage, 35, 35 + compressed, (byte) 0xff);
    assertRefused(garbage, "lie, entry 'x.npy': expected ");
    byte[] cut = plain(true);
    at(cut, CENTRAL).putInt(20, compressed - 1);
    assertRefused(cut, "lie, entry 'x.npy': expected 176 bytes");
    byte[] checksum = plain(true);
    at(checksum, CENTRAL).putInt(16, 7);
    assertRefused(checksum, "expected the checksum 00000007, found ");
  }

  @Test
  void refusesMoreDataThanDeclared() throws IOException {
    // Header and declared length agree: the surplus shows only behind the end.
    byte[] npy = Files.readAllBytes(Fixtures.path("u1.npy"));
    byte[] zip = zip(Map.of("x.npy", Fixtures.concatenate(npy, new byte[] {1})), true);
    at(zip, CENTRAL).putInt(24, npy.length);
    assertRefused(zip, "lie, entry 'x.npy': expected 140 bytes, inflated, found more");
  }

  @Test
  void skipsExtraFieldsAndRefusesBrokenOnes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("x.npy");
      entry.setExtra(new byte[] {0x35, (byte) 0xd9, 2, 0, 0, 0});
      zip.putNextEntry(entry);
      zip.write(Files.readAllBytes(Fixtures.path("f4.npy")));
    }
    byte[] zip = bytes.toByteArray();
    assertThat(parse(zip).tensor("x").floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
    at(zip, CENTRAL).put(46 + 5 + 2, (byte) 99);
    assertRefused(zip, "expected an extra field up to byte ");
  }

  @Test
  void theInflatedArrayLivesAsLongAsTheArena() throws IOException {
    Tensor tensor;
    try (Arena arena = Arena.ofConfined()) {
      tensor = Npz.open(Fixtures.path("deflated.npz"), arena).tensor("x");
      assertThat(tensor.segment().scope().isAlive()).isTrue();
    }
    assertThat(tensor.segment().scope().isAlive()).isFalse();
  }

  @Test
  void readsNamesInUtf8() throws IOException {
    byte[] zip = zip(Map.of("größe.npy", Files.readAllBytes(Fixtures.path("f4.npy"))), false);
    assertThat(parse(zip).names()).containsExactly("größe");
    assertThat("größe".getBytes(StandardCharsets.UTF_8)).hasSize(7);
  }
}
