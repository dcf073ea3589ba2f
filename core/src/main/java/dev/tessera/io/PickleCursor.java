package dev.tessera.io;

import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Reads a pickle forwards: opcodes, and the numbers and strings behind them, each checked against
/// the length first. Errors name the byte of the opcode, or that of a number that is cut off.
final class PickleCursor {
  private final FileBytes pickle;
  private long at;
  private long opcodeAt;

  PickleCursor(FileBytes pickle) {
    this.pickle = pickle;
  }

  int nextOpcode() throws FormatException {
    opcodeAt = at;
    return u8("an opcode, as the pickle has not ended");
  }

  /// The byte at which the last opcode stands.
  long opcodeAt() {
    return opcodeAt;
  }

  /// @throws FormatException if there is anything more
  void checkEnd() throws FormatException {
    if (at != pickle.size()) {
      throw pickle.error(at, "the end of the pickle", (pickle.size() - at) + " bytes more");
    }
  }

  int u8(String what) throws FormatException {
    return pickle.slice(at++, 1, what).get(ValueLayout.JAVA_BYTE, 0) & 0xff;
  }

  int u16() throws FormatException {
    at += 2;
    return pickle.u16(at - 2, "a number");
  }

  long u32() throws FormatException {
    at += 4;
    return pickle.u32(at - 4, "a number");
  }

  long u63() throws FormatException {
    at += 8;
    return pickle.u63(at - 8, "a length");
  }

  double decimal() throws FormatException {
    return Double.longBitsToDouble(ByteBuffer.wrap(bytes(Double.BYTES)).getLong());
  }

  byte[] bytes(long count) throws FormatException {
    pickle.slice(at, count, "a value"); // before it is cut to an int
    at += count;
    return pickle.bytes(at - count, (int) count, "a value");
  }

  /// A two's complement number of so many bytes, the lowest first.
  Number integer(long length) throws FormatException {
    byte[] little = bytes(length);
    byte[] big = new byte[little.length + 1];
    for (int i = 0; i < little.length; i++) {
      big[little.length - i] = little[i];
    }
    big[0] = (byte) (little.length == 0 ? 0 : big[1] >> 7);
    BigInteger value = new BigInteger(big);
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value;
  }

  String text(long length, Charset charset) throws FormatException {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes(length))).toString();
    } catch (CharacterCodingException e) {
      throw error("a string in " + charset, "other bytes");
    }
  }

  String line() throws FormatException {
    long from = at;
    while (u8("a name and the end of its line") != '\n') {
      // goes on to the end of the line
    }
    return new String(pickle.bytes(from, (int) (at - 1 - from), "a name"), StandardCharsets.UTF_8);
  }

  /// Checks that a frame of so many bytes lies within the pickle; it is not looked at otherwise.
  void frame() throws FormatException {
    long length = u63();
    pickle.slice(at, length, "a frame");
  }

  /// An error at the last opcode.
  FormatException error(String expected, String found) {
    return pickle.error(opcodeAt, expected, found);
  }
}
