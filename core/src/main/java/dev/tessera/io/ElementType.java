package dev.tessera.io;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The type of a tensor's elements, by the names of the `.safetensors` format.
///
/// Floating-point types read as vectors, integer types as vectors or ids. The others can be listed
/// and written on, byte for byte, but not read as numbers.
public enum ElementType {
  /// IEEE 754 binary16.
  F16(16, Kind.FLOAT, "f2"),
  /// The upper half of a float32.
  BF16(16, Kind.FLOAT, null),
  /// IEEE 754 binary32.
  F32(32, Kind.FLOAT, "f4"),
  /// IEEE 754 binary64.
  F64(64, Kind.FLOAT, "f8"),
  /// Signed, 8 bits.
  I8(8, Kind.INTEGER, "i1"),
  /// Signed, 16 bits.
  I16(16, Kind.INTEGER, "i2"),
  /// Signed, 32 bits.
  I32(32, Kind.INTEGER, "i4"),
  /// Signed, 64 bits.
  I64(64, Kind.INTEGER, "i8"),
  /// Unsigned, 8 bits.
  U8(8, Kind.INTEGER, "u1"),
  /// Unsigned, 16 bits.
  U16(16, Kind.INTEGER, "u2"),
  /// Unsigned, 32 bits.
  U32(32, Kind.INTEGER, "u4"),
  /// Unsigned, 64 bits.
  U64(64, Kind.INTEGER, "u8"),
  /// A truth value in a byte; not read as a number.
  BOOL(8, Kind.OPAQUE, "b1"),
  /// Two float32; not read as a number.
  C64(64, Kind.OPAQUE, "c8"),
  /// Not read as a number.
  F8_E4M3(8, Kind.OPAQUE, null),
  /// Not read as a number.
  F8_E5M2(8, Kind.OPAQUE, null),
  /// Not read as a number.
  F8_E8M0(8, Kind.OPAQUE, null),
  /// Not read as a number.
  F8_E4M3FNUZ(8, Kind.OPAQUE, null),
  /// Not read as a number.
  F8_E5M2FNUZ(8, Kind.OPAQUE, null),
  /// Not read as a number.
  F6_E2M3(6, Kind.OPAQUE, null),
  /// Not read as a number.
  F6_E3M2(6, Kind.OPAQUE, null),
  /// Not read as a number.
  F4(4, Kind.OPAQUE, null);

  private enum Kind {
    FLOAT,
    INTEGER,
    OPAQUE
  }

  private final int bits;
  private final Kind kind;
  private final @Nullable String npyCode;

  ElementType(int bits, Kind kind, @Nullable String npyCode) {
    this.bits = bits;
    this.kind = kind;
    this.npyCode = npyCode;
  }

  /// Bits of one element.
  public int bits() {
    return bits;
  }

  /// Whether the elements read as floating-point numbers.
  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  /// Whether the elements read as integers.
  public boolean isInteger() {
    return kind == Kind.INTEGER;
  }

  /// The type's name in a `.npy` header, without the byte order; null where that format has none.
  @Nullable String npyCode() {
    return npyCode;
  }

  static Optional<ElementType> ofNpyCode(String code) {
    return Arrays.stream(values()).filter(type -> code.equals(type.npyCode)).findFirst();
  }

  static Optional<ElementType> ofName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
