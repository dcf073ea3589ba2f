package dev.tessera.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes pickles by hand, opcode by opcode.
final class PickleBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  PickleBytes() {
    op(0x80, 2);
  }

  PickleBytes op(int... opcodes) {
    for (int opcode : opcodes) {
      bytes.write(opcode);
    }
    return this;
  }

  PickleBytes global(String module, String name) {
    op('c');
    bytes.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').int32(utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  PickleBytes number(int number) {
    return op('J').int32(number);
  }

  PickleBytes longNumber(long number) {
    op(0x8a, 8).int32((int) number);
    return int32((int) (number >>> 32));
  }

  private PickleBytes int32(int number) {
    return op(number & 0xff, number >> 8 & 0xff, number >> 16 & 0xff, number >> 24 & 0xff);
  }

  /// A tensor of float32 in the storage `0`.
  PickleBytes tensor(int storageElements, long offset, long[] sizes, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(', '(').text("storage");
    global("torch", "FloatStorage").text("0").text("cpu").number(storageElements).op('t', 'Q');
    longNumber(offset).tuple(sizes).tuple(strides).op(0x89).global("collections", "OrderedDict");
    return op(')', 'R', 't', 'R');
  }

  private PickleBytes tuple(long... numbers) {
    op('(');
    for (long number : numbers) {
      longNumber(number);
    }
    return op('t');
  }

  byte[] end() {
    op('.');
    return bytes.toByteArray();
  }
}
