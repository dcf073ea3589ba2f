package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `.safetensors` files by the reference library, by us, and by liars.
class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void readsAsTheReferenceWrote() throws IOException {
    Safetensors file = Safetensors.open(Fixtures.path("reference.safetensors"));
    assertThat(file.names())
        .containsExactlyInAnyOrder(
            "w.bf16",
            "w.f16",
            "w.f32",
            "w.f64",
            "ids.i32",
            "ids.i64",
            "mask",
            "quantized",
            "empty",
            "scalar");
    assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
    for (String name : new String[] {"w.bf16", "w.f16", "w.f32", "w.f64"}) {
      assertThat(file.tensor(name).floats().toArray()).as(name).isEqualTo(Fixtures.matrix(5.5));
    }
    assertThat(file.tensor("ids.i32").ids().toArray()).containsExactly(0, 1, 2, 3, 4);
    assertThat(file.tensor("ids.i64").ids().toArray()).containsExactly(0, 1, 2, 3, 4);
    assertThat(file.tensor("empty").floats().rows()).isZero();
    assertThat(file.tensor("scalar").shape()).isEmpty();
  }

  @Test
  void listsOtherTypesAndRefusesThemByName() throws IOException {
    Safetensors file = Safetensors.open(Fixtures.path("reference.safetensors"));
    Tensor quantized = file.tensor("quantized");
    assertThat(quantized.type()).isEqualTo(ElementType.F8_E4M3);
    assertThat(quantized.segment().byteSize()).isEqualTo(4);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(quantized::floats)
        .withMessageEndingWith(
            "reference.safetensors:quantized: expected numbers, found the type F8_E4M3");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> file.tensor("mask").ids())
        .withMessageEndingWith(":mask: expected integer ids, found the type BOOL");
  }

  @Test
  void namesTheTensorsThatThereAre() {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Safetensors.open(Fixtures.path("written.safetensors")).tensor("cb"))
        .withMessageContaining("expected the name of one of its 2 tensors ('codebook', 'ids')")
        .withMessageEndingWith("found 'cb'");
  }

  @Test
  void readsUnalignedData() throws IOException {
    Safetensors file = Safetensors.open(Fixtures.path("unaligned.safetensors"));
    Tensor floats = file.tensor("b");
    assertThat(floats.segment().address() % 4).isNotZero();
    assertThat(floats.isFloatView()).isEqualTo(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    assertThat(floats.floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
    assertThat(file.tensor("c").floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path path = folder.resolve("x.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("ids", Tensor.of(TokenIds.of(new int[] {1, -1, 3}), 3));
    tensors.put("distances", Tensor.of(DoubleMatrix.of(new double[] {0.25, 0.1}, 1, 2)));
    tensors.put("code\"book é", Tensor.of(FloatMatrix.of(new float[] {1, 2, 3, 4}, 2, 2)));
    tensors.put("big", Npy.open(Fixtures.path("big_f8.npy")));
    tensors.put("bytes", Npy.open(Fixtures.path("i1.npy")));
    Safetensors reference = Safetensors.open(Fixtures.path("reference.safetensors"));
    for (String name : reference.names()) {
      tensors.put(name, reference.tensor(name));
    }
    Safetensors.write(path, tensors, Map.of("made by", "a test"));

    Safetensors back = Safetensors.open(path);
    assertThat(back.metadata()).containsExactly(Map.entry("made by", "a test"));
    assertThat(back.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
    assertThat(back.tensor("ids").shape()).containsExactly(3);
    assertThat(back.tensor("ids").ids().toArray()).containsExactly(1, -1, 3);
    assertThat(back.tensor("distances").floats(Rounding.NEAREST).toArray())
        .containsExactly(0.25f, 0.1f);
    assertThat(back.tensor("code\"book é").floats().toArray()).containsExactly(1, 2, 3, 4);
    assertThat(back.tensor("big").floats().toArray()).isEqualTo(Fixtures.matrix(5.5));
    for (String name : reference.names()) {
      assertThat(back.tensor(name).segment().mismatch(reference.tensor(name).segment()))
          .as(name)
          .isEqualTo(-1);
    }
    for (String name : back.names()) {
      Tensor tensor = back.tensor(name);
      assertThat(tensor.segment().address() % (tensor.type().bits() / 8)).as(name).isZero();
    }
    assertThat(Fixtures.names(folder)).containsExactly("x.safetensors");
  }

  @Test
  void writesTheSameBytesAsTheReference() throws IOException {
    Path path = folder.resolve("x.safetensors");
    Path fixture = Fixtures.path("written.safetensors");
    Safetensors reference = Safetensors.open(fixture);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : reference.names()) {
      tensors.put(name, reference.tensor(name));
    }
    Safetensors.write(path, tensors);
    assertThat(path).hasSameBinaryContentAs(fixture);
  }

  @Test
  void refusesToWriteWhatTheFormatCannotHold() throws IOException {
    Path path = folder.resolve("x.safetensors");
    Tensor fortran = Npy.open(Fixtures.path("fortran_f4.npy"));
    assertThatThrownBy(() -> Safetensors.write(path, Map.of("w", fortran)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds C order")
        .hasMessageContaining("fortran_f4.npy: F32 [3 x 4] is in Fortran order");
    Tensor plain = Npy.open(Fixtures.path("f4.npy"));
    assertThatThrownBy(() -> Safetensors.write(path, Map.of("__metadata__", plain)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Fixtures.names(folder)).isEmpty();
  }

  // Lies

  private static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array();
    return Fixtures.concatenate(length, text, new byte[dataBytes]);
  }

  private static String tensor(String name, String type, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, type, shape, offsets);
  }

  private static void assertRefused(byte[] bytes, String... parts) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Safetensors.parse(Fixtures.file(bytes)))
        .satisfies(e -> assertThat(e.getMessage()).startsWith("lie, byte ").contains(parts));
  }

  @Test
  void refusesHeaderLengthsThatLie() {
    assertRefused(new byte[7], "byte 0: expected 8 bytes of header length, found 7");
    byte[] file = file("{}", 0);
    file[0] = 3;
    assertRefused(file, "byte 8: expected 3 bytes of header, found 2 bytes");
    file[3] = 0x7f;
    assertRefused(file, "expected a header of at most 100000000 bytes, found 2130706435");
    file[7] = (byte) 0x80;
    assertRefused(file, "expected header length below 2^63, found 92");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{} x",
        "{}{}",
        "{\"a\":1}",
        "{\"a\":{\"dtype\":{}}}",
        "{\"a\":{\"shape\":[[1]]}}",
        "{\"a\":{\"shape\":[1.5]}}",
        "{\"a\":{\"shape\":[-1]}}",
        "{\"a\":{\"shape\":[\"1\"]}}",
        "{\"a\":{\"shape\":[99999999999999999999]}}",
        "{\"a\":{\"shape\":[[[[[1]]]]]}}",
        "{\"a\":{\"data_offsets\":[0,1,2]}}",
        "{\"a\":{\"data_offsets\":3}}",
        "{\"a\":{\"dtype\":\"F33\"}}",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}",
        "{\"a\":{\"order\":\"C\"}}",
        "{\"a\":{\"dtype\":\"F32\"}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}",
        "{\"__metadata__\":1}",
        "{\"__metadata__\":{\"a\":1}}",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
        "{\"__metadata__\":{},\"__metadata__\":{}}",
        "{'a':1}",
        "{\"a\":nan}",
      })
  void refusesHeadersOfAnotherForm(String header) {
    assertRefused(file(header, 0), "expected ", "found ");
  }

  @Test
  void refusesHeadersThatAreNoUtf8() {
    byte[] file = file("{\"a\":1}", 0);
    file[8 + 2] = (byte) 0xff;
    assertRefused(file, "expected JSON");
    assertRefused(
        Fixtures.concatenate(
            new byte[] {16, 0, 0, 0, 0, 0, 0, 0}, "{ }     ".getBytes(StandardCharsets.UTF_16LE)),
        "byte ");
  }

  @Test
  void refusesNamesThatStandTwice() {
    String entry = tensor("a", "U8", "[1]", "[0,1]");
    assertRefused(
        file("{" + entry + "," + entry + "}", 1), "byte 61: expected each name once, found 'a'");
  }

  @Test
  void refusesOffsetsThatLie() {
    String a = tensor("a", "F32", "[2]", "[0,8]");
    assertThatParses(file("{" + a + "}", 8));
    assertRefused(
        file("{" + a + "," + tensor("b", "F32", "[2]", "[4,12]") + "}", 12),
        "expected tensor 'b' at data offset 8, where the one before it ends, found data_offsets"
            + " [4, 12]");
    assertRefused(
        file("{" + a + "," + tensor("b", "F32", "[2]", "[12,20]") + "}", 20),
        "expected tensor 'b' at data offset 8");
    assertRefused(
        file("{" + tensor("a", "F32", "[2]", "[8,0]") + "}", 8), "tensor 'a' at data offset 0");
    assertRefused(
        file("{" + a + "," + tensor("b", "F32", "[0]", "[8,4]") + "}", 8),
        "tensor 'b' within the 8 bytes of data, found data_offsets [8, 4]");
    assertRefused(file("{" + a + "}", 7), "tensor 'a' within the 7 bytes of data");
    assertRefused(
        file("{" + a + "}", 9), "expected 8 bytes of data, which the header describes, found 9");
    assertRefused(
        file("{" + tensor("a", "F32", "[3]", "[0,8]") + "}", 8),
        "expected tensor 'a' in 96 bits, as F32 [3] needs, found 8 bytes");
    assertRefused(
        file("{" + tensor("a", "F4", "[3]", "[0,2]") + "}", 2), "tensor 'a' in 12 bits", "2 bytes");
    assertRefused(
        file("{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}", 0),
        "expected a shape of less than 2^57 elements, found [4294967296, 4294967296]");
  }

  @Test
  void takesTensorsInAnyOrderOfTheHeader() throws IOException {
    String b = tensor("b", "U8", "[1]", "[8,9]");
    String a = tensor("a", "F32", "[2]", "[0,8]");
    String empty = tensor("c", "F32", "[0]", "[8,8]");
    Safetensors file =
        Safetensors.parse(Fixtures.file(file("{" + b + "," + a + "," + empty + "}  ", 9)));
    assertThat(file.names()).containsExactly("a", "c", "b");
  }

  private static void assertThatParses(byte[] bytes) {
    try {
      assertThat(Safetensors.parse(Fixtures.file(bytes)).names()).isNotEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesAMappedFileThatIsCutShort() throws IOException {
    Path path = folder.resolve("cut.safetensors");
    byte[] whole = Files.readAllBytes(Fixtures.path("reference.safetensors"));
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(FormatException.class).isThrownBy(() -> Safetensors.open(path));
    }
  }

  @Test
  void swapsEachWidth() throws IOException {
    Path path = folder.resolve("x.safetensors");
    for (int bytes : new int[] {2, 4, 8}) {
      ElementType type =
          bytes == 2 ? ElementType.I16 : bytes == 4 ? ElementType.I32 : ElementType.I64;
      byte[] big = new byte[2 * bytes];
      big[bytes - 1] = 5;
      big[2 * bytes - 1] = 6;
      Tensor tensor =
          new Tensor(
              "big", type, new Shape(2), false, ByteOrder.BIG_ENDIAN, MemorySegment.ofArray(big));
      Safetensors.write(path, Map.of("w", tensor));
      assertThat(Safetensors.open(path).tensor("w").ids().toArray()).containsExactly(5, 6);
    }
  }
}
