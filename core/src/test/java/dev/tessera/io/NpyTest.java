package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `.npy` files by numpy, by us, and by liars.
class NpyTest {
  private static final String PLAIN = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "f2, 5.5",
    "f4, 5.5",
    "f8, 5.5",
    "i1, 5",
    "i2, 5",
    "i4, 5",
    "i8, 5",
    "u1, 0",
    "u2, 0",
    "u4, 0",
    "u8, 0",
    "big_f2, 5.5",
    "big_f4, 5.5",
    "big_f8, 5.5",
    "big_i2, 5",
    "big_i4, 5",
    "big_i8, 5",
    "big_u4, 0",
    "fortran_f4, 5.5",
    "fortran_f8, 5.5",
    "fortran_big_f4, 5.5",
    "fortran_i8, 5",
    "fortran_u1, 0",
    "version_2, 5.5",
    "version_3, 5.5"
  })
  void readsAsNumpyWrote(String name, double less) throws IOException {
    Tensor tensor = Npy.open(Fixtures.path(name + ".npy"));
    assertThat(tensor.shape()).containsExactly(3, 4);
    assertThat(tensor.floats().toArray()).isEqualTo(Fixtures.matrix(less));
    FloatMatrix buffer = FloatMatrix.of(new float[5 * 4], 5, 4);
    FloatMatrix block = tensor.floats(1, 3, buffer, Rounding.EXACT);
    assertThat(block.rows()).isEqualTo(2);
    assertThat(block.get(1, 3)).isEqualTo((float) (23 - less));
  }

  @ParameterizedTest
  @CsvSource({
    "i1, 5",
    "i2, 5",
    "i4, 5",
    "i8, 5",
    "u1, 0",
    "u2, 0",
    "u4, 0",
    "u8, 0",
    "big_i2, 5",
    "big_i4, 5",
    "big_i8, 5",
    "big_u4, 0",
    "fortran_i8, 5",
    "fortran_u1, 0"
  })
  void readsIdsAsNumpyWrote(String name, int less) throws IOException {
    TokenIds ids = Npy.open(Fixtures.path(name + ".npy")).ids();
    float[] expected = Fixtures.matrix(less);
    assertThat(ids.rows()).isEqualTo(3);
    assertThat(ids.columns()).isEqualTo(4);
    for (int i = 0; i < 12; i++) {
      assertThat(ids.get(i / 4, i % 4)).isEqualTo((int) expected[i]);
    }
  }

  @Test
  void aNativeFloatMatrixIsAViewOfTheFile() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = Npy.open(Fixtures.path("f4.npy"), arena);
      assertThat(tensor.isFloatView()).isTrue();
      FloatMatrix view = tensor.floats();
      assertThat(view.segment().address()).isEqualTo(tensor.segment().address());
      assertThat(view.segment().isReadOnly()).isTrue();
    }
    Tensor ids = Npy.open(Fixtures.path("i4.npy"));
    assertThat(ids.ids().segment().address()).isEqualTo(ids.segment().address());
  }

  @Test
  void theMappingEndsWithItsArena() throws IOException {
    FloatMatrix view;
    try (Arena arena = Arena.ofConfined()) {
      view = Npy.open(Fixtures.path("f4.npy"), arena).floats();
      assertThat(view.get(0, 0)).isEqualTo(-5.5f);
    }
    assertThatThrownBy(() -> view.get(0, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void readsOneAxisAsIdsButNotAsVectors() throws IOException {
    assertThat(Npy.open(Fixtures.path("vector_i8.npy")).ids().toArray())
        .containsExactly(0, 1, 2, 3, 4);
    Tensor vector = Npy.open(Fixtures.path("vector_f4.npy"));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(vector::floats)
        .withMessageContaining(
            "expected two axes [rows x columns], found the shape [5];"
                + " one vector has the shape [1 x 5], vectors of one column [5 x 1]");
    assertThat(vector.flattenTrailing().floats().toArray()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void flattensTrailingAxesOnlyWhenAsked() throws IOException {
    Tensor tensor = Npy.open(Fixtures.path("three_axes.npy"));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(tensor::floats)
        .withMessageContaining("found the shape [2 x 3 x 4]; flatten the axes behind the first");
    FloatMatrix flat = tensor.flattenTrailing().floats();
    assertThat(flat.columns()).isEqualTo(12);
    assertThat(flat.get(1, 11)).isEqualTo(23f);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npy.open(Fixtures.path("fortran_three_axes.npy")).flattenTrailing())
        .withMessageContaining("found Fortran order; save it in C order");
  }

  @Test
  void readsZeroRowsAndRefusesZeroColumnsAndScalars() throws IOException {
    FloatMatrix none = Npy.open(Fixtures.path("zero_rows.npy")).floats();
    assertThat(none.rows()).isZero();
    assertThat(none.columns()).isEqualTo(4);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npy.open(Fixtures.path("zero_columns.npy")).floats())
        .withMessageContaining("expected 1 to 2147483647 columns, found the shape [3 x 0]");
    Tensor scalar = Npy.open(Fixtures.path("scalar.npy"));
    assertThat(scalar.elements()).isOne();
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(scalar::floats)
        .withMessageContaining("found the shape []");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(scalar::rows)
        .withMessageContaining("found a scalar");
  }

  @ParameterizedTest
  @CsvSource({"complex128, <c16", "object, |O"})
  void refusesTypesThatAreNoNumbers(String name, String descr) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npy.open(Fixtures.path(name + ".npy")))
        .withMessageContaining(name + ".npy, byte 20: expected an element type")
        .withMessageContaining("found '" + descr + "'");
  }

  @Test
  void refusesStructuredArrays() {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npy.open(Fixtures.path("structured.npy")))
        .withMessageContaining("expected one element type (structured arrays are not read)");
  }

  @ParameterizedTest
  @CsvSource({"bool, BOOL", "complex64, C64"})
  void namesTheTypeThatIsNotReadAsNumbers(String name, String type) throws IOException {
    Tensor tensor = Npy.open(Fixtures.path(name + ".npy"));
    assertThat(tensor.type().name()).isEqualTo(type);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(tensor::floats)
        .withMessageContaining("expected numbers, found the type " + type);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(tensor::ids)
        .withMessageContaining("expected integer ids, found the type " + type);
  }

  @Test
  void saysThatAFileIsMissingOrAFolder() {
    assertThatThrownBy(() -> Npy.open(folder.resolve("none.npy")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.npy: there is no such file");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npy.open(folder))
        .withMessageContaining("expected a regular file");
  }

  // Lies

  private static void assertRefused(byte[] bytes, String... parts) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Npy.parse(Fixtures.file(bytes)))
        .satisfies(e -> assertThat(e.getMessage()).startsWith("lie, byte ").contains(parts));
  }

  private static String header(String descr, String order, String shape) {
    return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
  }

  @Test
  void acceptsWhatPythonAccepts() throws IOException {
    for (String text :
        new String[] {
          PLAIN,
          PLAIN.replace(", }", "}") + "   \n",
          PLAIN.replace('\'', '"'),
          PLAIN.replace("(3, 4)", "(3L,4L,)"),
          "{'shape':(3,4),'descr':'<f4','fortran_order':False}"
        }) {
      Tensor tensor = Npy.parse(Fixtures.file(Fixtures.npy(text, 48)));
      assertThat(tensor.floats().columns()).as(text).isEqualTo(4);
    }
  }

  @Test
  void refusesWhatIsNoNpy() {
    assertRefused(new byte[0], "byte 0: expected 6 bytes of '\\x93NUMPY', found 0 bytes");
    assertRefused("PK\3\4 something".getBytes(), "found 'PK\\x03\\x04 s'");
    byte[] version = Fixtures.npy(PLAIN, 48);
    version[6] = 4;
    assertRefused(version, "byte 6: expected version 1.0, 2.0 or 3.0, found version 4.0");
    version[6] = 1;
    version[7] = 1;
    assertRefused(version, "found version 1.1");
  }

  @Test
  void refusesAHeaderLongerThanTheFile() {
    byte[] file = Fixtures.npy(PLAIN, 0);
    file[9] = 0x70;
    assertRefused(file, "byte 10: expected 28", "bytes of header, found " + PLAIN.length());
    byte[] second = Fixtures.npy(PLAIN, 0);
    second[6] = 2;
    second[11] = 0x7f;
    assertRefused(second, "byte 8: expected a header of at most 65535 bytes, found 21");
  }

  @Test
  void refusesHeadersThatAreNoSuchDict() {
    assertRefused(Fixtures.npy("", 0), "expected '{', found the end of the header");
    assertRefused(Fixtures.npy("[1]", 0), "byte 10: expected '{', found '[1]'");
    assertRefused(Fixtures.npy("{}", 0), "the keys 'descr', 'fortran_order' and 'shape'");
    assertRefused(Fixtures.npy(PLAIN + "x", 48), "only spaces behind the header's '}', found 'x'");
    assertRefused(Fixtures.npy(PLAIN.replace("'shape'", "'size'"), 48), "found ''size'");
    assertRefused(Fixtures.npy("{'descr': '<f4', " + PLAIN.substring(1), 48), "each key once");
    assertRefused(
        Fixtures.npy("{'fortran_order': False, " + PLAIN.substring(1), 48), "each key once");
    assertRefused(Fixtures.npy("{'shape': (), " + PLAIN.substring(1), 48), "each key once");
    assertRefused(Fixtures.npy(PLAIN.replace("False", "0"), 48), "expected True or False");
    assertRefused(Fixtures.npy(PLAIN.replace("'<f4'", "<f4"), 48), "expected a string in quotes");
    assertRefused(Fixtures.npy("{'descr': '<f4", 0), "expected a string in quotes");
    assertRefused(Fixtures.npy(PLAIN.replace("<f4", "<f\\x34"), 48), "without escapes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'f4'", "'=f4'", "'|f4'", "'<f16'", "'<V2'", "'<U4'", "''", "'<'"})
  void refusesOtherElementTypes(String descr) {
    assertRefused(
        Fixtures.npy(header(descr, "False", "(3, 4)"), 48), "expected an element type as '<f4'");
  }

  @Test
  void refusesShapesThatAreNone() {
    assertRefused(Fixtures.npy(header("'<f4'", "False", "(-1, 4)"), 48), "the size of an axis");
    assertRefused(Fixtures.npy(header("'<f4'", "False", "(12)"), 48), "a tuple of one number");
    assertRefused(Fixtures.npy(header("'<f4'", "False", "(3 4)"), 48), "',' or ')'");
    assertRefused(Fixtures.npy(header("'<f4'", "False", "(,)"), 48), "the size of an axis");
    assertRefused(Fixtures.npy(header("'<f4'", "False", "3"), 48), "'('");
    assertRefused(
        Fixtures.npy(header("'<f4'", "False", "(99999999999999999999, 1)"), 48), "below 2^63");
    assertRefused(
        Fixtures.npy(header("'<f4'", "False", "(" + "1,".repeat(65) + ")"), 4), "at most 64 axes");
  }

  @Test
  void refusesShapesThatOverflow() {
    String square = "(4294967296, 4294967296)";
    assertRefused(Fixtures.npy(header("'<f4'", "False", square), 0), "a shape of less than 2^57");
    String bytes = "(144115188075855872, 1)"; // 2^57
    assertRefused(Fixtures.npy(header("'<f4'", "False", bytes), 0), "a shape of less than 2^57");
    String hidden = "(0, 4294967296, 4294967296)";
    assertRefused(Fixtures.npy(header("'<f4'", "False", hidden), 0), "a shape of less than 2^57");
  }

  @Test
  void refusesMoreOrLessDataThanTheShapeNeeds() {
    assertRefused(Fixtures.npy(PLAIN, 47), "expected 48 bytes of data for F32 [3 x 4], found 47");
    assertRefused(Fixtures.npy(PLAIN, 49), "expected 48 bytes of data for F32 [3 x 4], found 49");
    String huge = header("'<f4'", "False", "(1000000000000, 768)");
    assertRefused(Fixtures.npy(huge, 48), "expected 3072000000000000 bytes", "found 48");
  }

  // Writing

  @Test
  void writesTheSameBytesAsNumpy() throws IOException {
    Path file = folder.resolve("x.npy");
    for (String name :
        new String[] {
          "f2",
          "f4",
          "f8",
          "i1",
          "i8",
          "u1",
          "u4",
          "big_f4",
          "fortran_f8",
          "zero_rows",
          "scalar",
          "vector_f4",
          "three_axes",
          "fortran_three_axes",
          "bool"
        }) {
      Path fixture = Fixtures.path(name + ".npy");
      Npy.write(file, Npy.open(fixture));
      assertThat(file).as(name).hasSameBinaryContentAs(fixture);
    }
    assertThat(Fixtures.names(folder)).containsExactly("x.npy");
  }

  @Test
  void writesMatricesWithGapsBetweenRows() throws IOException {
    Path file = folder.resolve("x.npy");
    float[] values = {1, 2, -1, 3, 4, -1};
    FloatMatrix gaps = FloatMatrix.of(MemorySegment.ofArray(values), 2, 2, 3);
    Npy.write(file, Tensor.of(gaps));
    assertThat(Npy.open(file).floats().toArray()).containsExactly(1, 2, 3, 4);
    double[] wide = {1, 2, -1, 3, 4, -1};
    Npy.write(file, Tensor.of(DoubleMatrix.of(MemorySegment.ofArray(wide), 2, 2, 3)));
    assertThat(Npy.open(file).floats().toArray()).containsExactly(1, 2, 3, 4);
    int[] ids = {1, 2, -1, 3, 4, -1};
    Npy.write(file, Tensor.of(TokenIds.of(MemorySegment.ofArray(ids), 2, 2, 3)));
    assertThat(Npy.open(file).ids().toArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void writesIdsInTheShapeAskedFor() throws IOException {
    Path file = folder.resolve("ids.npy");
    TokenIds ids = TokenIds.of(new int[] {1, 2, 3, 4, 5, 6});
    Npy.write(file, Tensor.of(ids, 6));
    assertThat(Npy.open(file).shape()).containsExactly(6);
    Npy.write(file, Tensor.of(ids, 2, 3));
    assertThat(Npy.open(file).shape()).containsExactly(2, 3);
    Npy.write(file, Tensor.of(ids));
    assertThat(Npy.open(file).shape()).containsExactly(6, 1);
    assertThatThrownBy(() -> Tensor.of(ids, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("TokenIds[6 x 1] has 6 elements, the shape [2 x 2] has 4");
  }

  @Test
  void writesBlocksWhoseNumberIsNotKnown() throws IOException {
    Path file = folder.resolve("x.npy");
    try (NpyWriter writer = NpyWriter.matrix(file, ElementType.F32, 2)) {
      for (int i = 0; i < 100; i++) {
        writer.append(FloatMatrix.of(new float[] {i, -i, i + 0.5f, 0}, 2, 2));
        assertThat(file).doesNotExist();
      }
      writer.append(FloatMatrix.of(MemorySegment.ofArray(new float[] {7, 8, 9, 10, 11}), 2, 2, 3));
      writer.append(FloatMatrix.allocate(0, 2));
      assertThat(writer.rows()).isEqualTo(202);
      writer.commit();
    }
    FloatMatrix back = Npy.open(file).floats();
    assertThat(back.rows()).isEqualTo(202);
    assertThat(back.get(199, 0)).isEqualTo(99.5f);
    assertThat(back.get(201, 1)).isEqualTo(11f);
    assertThat(Fixtures.names(folder)).containsExactly("x.npy");
  }

  @Test
  void writesVectorsOfIdsAndDistances() throws IOException {
    Path file = folder.resolve("x.npy");
    try (NpyWriter writer = NpyWriter.vector(file, ElementType.I32)) {
      writer.append(TokenIds.of(new int[] {3, -1}));
      writer.append(TokenIds.of(new int[] {5}));
      writer.commit();
    }
    assertThat(Npy.open(file).shape()).containsExactly(3);
    assertThat(Npy.open(file).ids().toArray()).containsExactly(3, -1, 5);
    try (NpyWriter writer = NpyWriter.vector(file, ElementType.F64)) {
      writer.append(DoubleMatrix.of(new double[] {0.1}, 1, 1));
      writer.commit();
    }
    Tensor distances = Npy.open(file);
    assertThat(distances.segment().get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0)).isEqualTo(0.1);
    assertThat(distances.segment().address() % 64).isZero();
  }

  @Test
  void writesIdsWithoutSignAndLongs() throws IOException {
    Path ids = folder.resolve("ids.npy");
    try (NpyWriter writer = NpyWriter.vector(ids, ElementType.U32)) {
      writer.append(TokenIds.of(new int[] {7, 199_999}));
      writer.commit();
    }
    assertThat(Npy.open(ids).type()).isEqualTo(ElementType.U32);
    assertThat(Npy.open(ids).ids().toArray()).containsExactly(7, 199_999);

    Path pairs = folder.resolve("pairs.npy");
    try (NpyWriter writer = NpyWriter.matrix(pairs, ElementType.I64, 2)) {
      writer.append(new long[] {1, 2, 3, 1L << 40});
      assertThatThrownBy(() -> writer.append(new long[3]))
          .hasMessage("3 values are no rows of 2 columns");
      writer.commit();
    }
    assertThat(Npy.open(pairs).shape()).containsExactly(2, 2);
    assertThat(Npy.open(pairs).segment().toArray(ValueLayout.JAVA_LONG_UNALIGNED))
        .containsExactly(1, 2, 3, 1L << 40);
  }

  @Test
  void refusesBlocksOfAnotherKind() throws IOException {
    Path file = folder.resolve("x.npy");
    try (NpyWriter writer = NpyWriter.matrix(file, ElementType.F32, 2)) {
      assertThatThrownBy(() -> writer.append(FloatMatrix.allocate(1, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the file holds F32 in 2 columns, the block F32 in 3");
      assertThatThrownBy(() -> writer.append(TokenIds.allocate(1, 2)))
          .hasMessage("the file holds F32 in 2 columns, the block I32 in 2");
    }
    assertThatThrownBy(() -> NpyWriter.vector(file, ElementType.F16))
        .hasMessage("a file is written as F32, F64, I32, U32 or I64, not as F16");
    assertThatThrownBy(() -> NpyWriter.matrix(file, ElementType.F32, 0))
        .hasMessage("a matrix needs at least 1 column, not 0");
    assertThat(Fixtures.names(folder)).isEmpty();
  }

  @Test
  void anUnfinishedFileLeavesTheOldOneAlone() throws IOException {
    Path file = folder.resolve("x.npy");
    Files.writeString(file, "old");
    try (NpyWriter writer = NpyWriter.vector(file, ElementType.I32)) {
      writer.append(TokenIds.of(new int[100_000]));
    }
    assertThat(file).hasContent("old");
    assertThat(Fixtures.names(folder)).containsExactly("x.npy");
  }

  @Test
  void mayReplaceTheFileThatItReads() throws IOException {
    Path file = folder.resolve("x.npy");
    Npy.write(file, Tensor.of(FloatMatrix.of(new float[] {1, 2}, 1, 2)));
    Tensor old = Npy.open(file);
    Npy.write(file, Tensor.of(FloatMatrix.of(new float[] {3, 4, 5}, 1, 3)));
    assertThat(old.floats().toArray()).containsExactly(1, 2);
    assertThat(Npy.open(file).floats().toArray()).containsExactly(3, 4, 5);
  }

  /// A file of `rows` bytes, [rows x 1], all zero but the last one; it takes next to no disk.
  private Path sparse(long rows) throws IOException {
    Path file = folder.resolve("large.npy");
    byte[] header = Fixtures.npy(header("'|u1'", "False", "(" + rows + ", 1)"), 0);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header));
      channel.write(ByteBuffer.wrap(new byte[] {42}), header.length + rows - 1);
    }
    return file;
  }

  @Test
  void readsBlocksBeyondTwoGigabytes() throws IOException {
    long rows = (1L << 31) + 5;
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = Npy.open(sparse(rows), arena);
      assertThat(tensor.rows()).isEqualTo(rows);
      FloatMatrix last = tensor.floats(rows - 2, rows, FloatMatrix.allocate(2, 1), Rounding.EXACT);
      assertThat(last.toArray()).containsExactly(0, 42);
    }
  }

  @Test
  void saysThatACopyDoesNotFitMemory() throws IOException {
    Path file = sparse(1L << 40);
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = Npy.open(file, arena);
      assertThatExceptionOfType(FormatException.class)
          .isThrownBy(tensor::floats)
          .withMessageContaining("no memory for a copy of 4398046511104 bytes, converted from U8");
      assertThatExceptionOfType(FormatException.class)
          .isThrownBy(tensor::ids)
          .withMessageContaining("no memory for a copy of 4398046511104 bytes");
    }
  }
}
