package dev.tessera.io;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What stands before the elements of a `.npy` file, versions 1 to 3: `\x93NUMPY`, the version in
/// two bytes, the length of the text in two (version 1) or four bytes, and the text, a Python dict
/// such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` filled up with spaces.
/// (NumPy Enhancement Proposal 1.)
///
/// @param dataOffset the byte at which the elements begin
record NpyHeader(
    ElementType type, ByteOrder byteOrder, boolean fortranOrder, Shape shape, long dataOffset) {

  /// Enough for `[rows x columns]` whatever they are: a header of this size can be rewritten in
  /// place.
  static final int MATRIX_HEADER_BYTES = 128;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT_BYTES = 64;
  private static final int VERSION_1_PREFIX_BYTES = 10;
  private static final int VERSION_2_PREFIX_BYTES = 12;

  /// Versions 2 and 3 are there for structured types, which are not read; the text of a plain array
  /// has some 1,500 bytes at most.
  private static final int MAX_TEXT_BYTES = 0xffff;

  /// The longest header that is read.
  static final int MAX_BYTES = VERSION_2_PREFIX_BYTES + MAX_TEXT_BYTES;

  static NpyHeader read(FileBytes file) throws FormatException {
    byte[] magic = file.bytes(0, MAGIC.length, "'\\x93NUMPY'");
    if (!Arrays.equals(magic, MAGIC)) {
      throw file.error(0, "'\\x93NUMPY'", latin1(magic));
    }
    int version = file.u16(MAGIC.length, "version");
    int major = version & 0xff;
    if (major < 1 || major > 3 || version >> 8 != 0) {
      throw file.error(
          MAGIC.length, "version 1.0, 2.0 or 3.0", "version " + major + "." + (version >> 8));
    }
    int prefix = major == 1 ? VERSION_1_PREFIX_BYTES : VERSION_2_PREFIX_BYTES;
    int lengthOffset = MAGIC.length + 2;
    long length =
        major == 1
            ? file.u16(lengthOffset, "header length")
            : file.u32(lengthOffset, "header length");
    if (length > MAX_TEXT_BYTES) {
      throw file.error(
          lengthOffset, "a header of at most " + MAX_TEXT_BYTES + " bytes", Long.toString(length));
    }
    byte[] text = file.bytes(prefix, (int) length, "header");
    return new NpyHeaderParser(file, prefix, text).parse();
  }

  /// The bytes to stand before the elements: version 1, a multiple of 64 bytes long.
  ///
  /// @param leastBytes fill up to this length
  /// @throws IllegalArgumentException if the format has no such element type
  byte[] bytes(int leastBytes) {
    String text =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(describe(type, byteOrder), fortranOrder ? "True" : "False", tuple(shape));
    int used = VERSION_1_PREFIX_BYTES + text.length() + 1;
    int total = Math.max(leastBytes, Math.ceilDiv(used, ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
    byte[] bytes = new byte[total];
    Arrays.fill(bytes, (byte) ' ');
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    bytes[6] = 1;
    bytes[7] = 0;
    int textLength = total - VERSION_1_PREFIX_BYTES;
    bytes[8] = (byte) textLength;
    bytes[9] = (byte) (textLength >> 8);
    byte[] textBytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(textBytes, 0, bytes, VERSION_1_PREFIX_BYTES, textBytes.length);
    bytes[total - 1] = '\n';
    return bytes;
  }

  private static String describe(ElementType type, ByteOrder order) {
    String code = type.npyCode();
    if (code == null) {
      throw new IllegalArgumentException("a .npy file cannot hold elements of type " + type);
    }
    if (type.bits() == Byte.SIZE) {
      return "|" + code;
    }
    return (order == ByteOrder.LITTLE_ENDIAN ? "<" : ">") + code;
  }

  private static String tuple(Shape shape) {
    StringBuilder tuple = new StringBuilder("(");
    for (int i = 0; i < shape.rank(); i++) {
      tuple.append(i == 0 ? "" : ", ").append(shape.axis(i));
    }
    return tuple.append(shape.rank() == 1 ? ",)" : ")").toString();
  }

  private static String latin1(byte[] bytes) {
    return FormatException.quote(new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
