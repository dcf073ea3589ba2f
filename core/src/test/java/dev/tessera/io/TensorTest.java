package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Conversions: every float16 and bfloat16, the edges of what float32 and int32 hold, orders,
/// blocks.
class TensorTest {

  private static Tensor column(ElementType type, byte[] bytes, ByteOrder order) {
    Shape shape = new Shape(bytes.length * 8L / type.bits(), 1);
    return new Tensor("test", type, shape, false, order, MemorySegment.ofArray(bytes));
  }

  private static Tensor doubles(double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8);
    bytes.asDoubleBuffer().put(values);
    return column(ElementType.F64, bytes.array(), ByteOrder.BIG_ENDIAN);
  }

  private static Tensor longs(ElementType type, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8);
    bytes.asLongBuffer().put(values);
    return column(type, bytes.array(), ByteOrder.BIG_ENDIAN);
  }

  private static Tensor ints(ElementType type, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4);
    bytes.asIntBuffer().put(values);
    return column(type, bytes.array(), ByteOrder.BIG_ENDIAN);
  }

  private static void assertRefused(Tensor tensor, Rounding rounding, String message) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> tensor.floats(rounding))
        .withMessageContaining(message);
  }

  @Test
  void widensEveryHalfExactly() throws FormatException {
    ByteBuffer all = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      all.putShort((short) bits);
    }
    FloatMatrix halves = column(ElementType.F16, all.array(), ByteOrder.LITTLE_ENDIAN).floats();
    FloatMatrix brains = column(ElementType.BF16, all.array(), ByteOrder.LITTLE_ENDIAN).floats();
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      double magnitude =
          exponent == 0
              ? Math.scalb((double) fraction, -24)
              : Math.scalb((double) (fraction | 0x400), exponent - 25);
      if (exponent == 0x1f) {
        magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      }
      float expected = (float) (bits < 0x8000 ? magnitude : -magnitude);
      assertThat(halves.get(bits, 0)).as("half %04x", bits).isEqualTo(Float.valueOf(expected));
      assertThat(brains.get(bits, 0))
          .as("bfloat16 %04x", bits)
          .isEqualTo(Float.valueOf(Float.intBitsToFloat(bits << 16)));
    }
  }

  @Test
  void refusesDoublesThatFloatCannotHold() throws FormatException {
    assertThat(
            doubles(0.5, -0.0, 1e-45 * 0, Double.NaN, Double.NEGATIVE_INFINITY).floats().toArray())
        .containsExactly(0.5f, -0.0f, 0f, Float.NaN, Float.NEGATIVE_INFINITY);
    assertRefused(
        doubles(1, 0.1),
        Rounding.EXACT,
        "test: row 1, column 0 holds 0.1 (F64), which float32 cannot hold exactly");
    assertRefused(doubles(1e300), Rounding.EXACT, "holds 1.0E300 (F64), which float32 cannot");
    assertRefused(
        doubles(1e300), Rounding.NEAREST, "1.0E300 (F64), which is beyond float32's range");
    assertThat(doubles(0.1, 1e-300, Double.POSITIVE_INFINITY).floats(Rounding.NEAREST).toArray())
        .containsExactly(0.1f, 0f, Float.POSITIVE_INFINITY);
  }

  @Test
  void refusesIntegersThatFloatCannotHold() throws FormatException {
    assertThat(ints(ElementType.I32, 1 << 24, Integer.MIN_VALUE, -7).floats().toArray())
        .containsExactly(1 << 24, -0x1p31f, -7);
    assertThat(ints(ElementType.U32, Integer.MIN_VALUE, 0xffffff00).floats().toArray())
        .containsExactly(0x1p31f, 4294967040f);
    assertThat(longs(ElementType.I64, Long.MIN_VALUE, 1L << 62, 3).floats().toArray())
        .containsExactly(-0x1p63f, 0x1p62f, 3);
    assertThat(longs(ElementType.U64, Long.MIN_VALUE, 0xffffff0000000000L).floats().toArray())
        .containsExactly(0x1p63f, 1.8446742974197924e19f);
    String message = ", which float32 cannot hold exactly";
    assertRefused(
        ints(ElementType.I32, 0, (1 << 24) + 1),
        Rounding.EXACT,
        "row 1, column 0 holds 16777217 (I32)");
    assertRefused(
        ints(ElementType.I32, Integer.MAX_VALUE), Rounding.EXACT, "2147483647 (I32)" + message);
    assertRefused(ints(ElementType.U32, -1), Rounding.EXACT, "4294967295 (U32)" + message);
    assertRefused(
        longs(ElementType.I64, Long.MAX_VALUE),
        Rounding.EXACT,
        "9223372036854775807 (I64)" + message);
    assertRefused(
        longs(ElementType.U64, -1), Rounding.EXACT, "18446744073709551615 (U64)" + message);
    assertThat(ints(ElementType.I32, Integer.MAX_VALUE).floats(Rounding.NEAREST).get(0, 0))
        .isEqualTo(0x1p31f);
    // 2^63 + 2^39 + 1 lies just above the middle of two floats: the last bit must still count.
    assertThat(
            longs(ElementType.U64, (1L << 63) + (1L << 39) + 1).floats(Rounding.NEAREST).get(0, 0))
        .isEqualTo(Math.nextUp(0x1p63f));
  }

  @Test
  void refusesIdsOutOfRange() throws FormatException {
    assertThat(longs(ElementType.I64, -1, Integer.MAX_VALUE, Integer.MIN_VALUE).ids().toArray())
        .containsExactly(-1, Integer.MAX_VALUE, Integer.MIN_VALUE);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> longs(ElementType.I64, 0, 1L << 31).ids())
        .withMessage(
            "test: row 1, column 0 holds 2147483648 (I64), which is no int32 id: those lie in"
                + " [-2147483648, 2147483647]");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> ints(ElementType.U32, -1).ids())
        .withMessageContaining("holds 4294967295 (U32)");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> longs(ElementType.U64, -1).ids())
        .withMessageContaining("holds 18446744073709551615 (U64)");
    assertThat(column(ElementType.I8, new byte[] {-1, 127}, ByteOrder.BIG_ENDIAN).ids().toArray())
        .containsExactly(-1, 127);
    assertThat(column(ElementType.U8, new byte[] {-1, 127}, ByteOrder.BIG_ENDIAN).ids().toArray())
        .containsExactly(255, 127);
  }

  /// Large enough for several runs and tiles, odd enough for tails.
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"F16", "F32", "F64", "I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64"})
  void readsEveryOrderWholeAndInBlocks(ElementType type) throws FormatException {
    long seed = 20260301L + type.ordinal();
    Random random = new Random(seed);
    int rows = 1031;
    int columns = 13;
    int bytes = type.bits() / 8;
    float[] expected = new float[rows * columns];
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (boolean fortran : new boolean[] {false, true}) {
        ByteBuffer file = ByteBuffer.allocate(rows * columns * bytes).order(order);
        for (int i = 0; i < expected.length; i++) {
          int value = random.nextInt(128);
          expected[i] = value;
          int element = fortran ? i % columns * rows + i / columns : i;
          put(file, type, element * bytes, value);
        }
        Tensor tensor =
            new Tensor(
                "test",
                type,
                new Shape(rows, columns),
                fortran,
                order,
                MemorySegment.ofArray(file.array()));
        String which = "%s %s fortran=%s seed=%d".formatted(type, order, fortran, seed);
        assertThat(tensor.floats().toArray()).as(which).isEqualTo(expected);
        float[] padded = new float[700 * 16];
        FloatMatrix buffer = FloatMatrix.of(MemorySegment.ofArray(padded), 700, columns, 16);
        FloatMatrix block = tensor.floats(331, 1031, buffer, Rounding.EXACT);
        for (int i = 331 * columns; i < expected.length; i++) {
          assertThat(block.get(i / columns - 331, i % columns)).as(which).isEqualTo(expected[i]);
        }
        if (type.isInteger()) {
          TokenIds ids = tensor.ids();
          for (int i = 0; i < expected.length; i++) {
            assertThat(ids.get(i / columns, i % columns)).as(which).isEqualTo((int) expected[i]);
          }
        }
      }
    }
  }

  private static void put(ByteBuffer file, ElementType type, int at, int value) {
    switch (type) {
      case F16 -> file.putShort(at, Float.floatToFloat16(value));
      case F32 -> file.putFloat(at, value);
      case F64 -> file.putDouble(at, value);
      case I8, U8 -> file.put(at, (byte) value);
      case I16, U16 -> file.putShort(at, (short) value);
      case I32, U32 -> file.putInt(at, value);
      default -> file.putLong(at, value);
    }
  }

  @Test
  void namesThePlaceInFortranOrder() {
    double[] values = new double[600 * 3];
    values[2 * 600 + 517] = 0.1;
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8);
    bytes.asDoubleBuffer().put(values);
    Tensor tensor =
        new Tensor(
            "test",
            ElementType.F64,
            new Shape(600, 3),
            true,
            ByteOrder.BIG_ENDIAN,
            MemorySegment.ofArray(bytes.array()));
    assertRefused(tensor, Rounding.EXACT, "test: row 517, column 2 holds 0.1 (F64)");
  }

  @Test
  void anOrderThatMakesNoDifferenceIsC() throws FormatException {
    Tensor column = Tensor.of(FloatMatrix.of(new float[] {1, 2, 3}, 3, 1));
    Tensor fortran =
        new Tensor(
            "test",
            ElementType.F32,
            new Shape(3, 1),
            true,
            ByteOrder.nativeOrder(),
            column.segment());
    assertThat(fortran.isFortranOrder()).isFalse();
    assertThat(fortran.isFloatView()).isTrue();
  }

  @Test
  void refusesABufferThatDoesNotFit() {
    Tensor tensor = doubles(1, 2, 3);
    assertThatThrownBy(() -> tensor.floats(0, 2, FloatMatrix.allocate(2, 2), Rounding.EXACT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("test has 1 columns, the buffer 2");
    assertThatThrownBy(() -> tensor.floats(0, 3, FloatMatrix.allocate(2, 1), Rounding.EXACT))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tensor.floats(2, 4, FloatMatrix.allocate(2, 1), Rounding.EXACT))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
