package dev.tessera.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads one message of the protocol buffers' wire format: fields, each a number, a wire type and a
/// value. Every length is checked against the end of the message that it stands in.
final class ProtobufReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private final String file;
  private final byte[] data;
  private final int end;
  private int at;
  private int fieldAt;
  private int field;
  private int type;

  ProtobufReader(String file, byte[] data) {
    this(file, data, 0, data.length);
  }

  private ProtobufReader(String file, byte[] data, int from, int to) {
    this.file = file;
    this.data = data;
    this.at = from;
    this.end = to;
  }

  /// Goes on to the next field; its value must then be read or skipped.
  ///
  /// @return whether there is one
  boolean next() throws FormatException {
    if (at == end) {
      return false;
    }
    fieldAt = at;
    long tag = varint();
    field = (int) (tag >>> 3);
    type = (int) tag & 7;
    if (tag >>> 32 != 0 || field == 0) {
      throw error("a field number of 1 to 2^29 - 1", Long.toUnsignedString(tag >>> 3));
    }
    return true;
  }

  int field() {
    return field;
  }

  private long varint() throws FormatException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at == end) {
        throw error("a number", "the end of the message at byte " + end);
      }
      byte b = data[at++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw error("a number of at most 10 bytes", "a longer one");
  }

  private void expect(int wanted) throws FormatException {
    if (type != wanted) {
      throw error("field " + field + " with wire type " + wanted, Integer.toString(type));
    }
  }

  long number() throws FormatException {
    expect(VARINT);
    return varint();
  }

  boolean flag() throws FormatException {
    return number() != 0;
  }

  float decimal() throws FormatException {
    expect(FIXED32);
    int from = advance(Float.BYTES);
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getFloat(from);
  }

  /// Steps over `count` bytes.
  ///
  /// @return where they begin
  private int advance(long count) throws FormatException {
    if (count < 0 || count > end - at) {
      throw error(
          Long.toUnsignedString(count) + " bytes of field " + field, (end - at) + " up to its end");
    }
    int from = at;
    at += (int) count;
    return from;
  }

  byte[] bytes() throws FormatException {
    expect(BYTES);
    int from = advance(varint());
    return java.util.Arrays.copyOfRange(data, from, at);
  }

  String text() throws FormatException {
    byte[] utf8 = bytes();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw error("UTF-8 in field " + field, "bytes that are not");
    }
  }

  ProtobufReader message() throws FormatException {
    expect(BYTES);
    int from = advance(varint());
    return new ProtobufReader(file, data, from, at);
  }

  void skip() throws FormatException {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> advance(Long.BYTES);
      case BYTES -> advance(varint());
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw error("a wire type of 0, 1, 2 or 5", Integer.toString(type));
    }
  }

  FormatException error(String expected, String found) {
    return FormatException.at(file, fieldAt, expected, found);
  }
}
