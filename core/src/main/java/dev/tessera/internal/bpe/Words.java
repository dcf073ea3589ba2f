package dev.tessera.internal.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Bytes of text, eight at a time, the first one lowest; and hashes of them.
public final class Words {
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /// Odd, bits evenly spread: 2^64 divided by the golden ratio.
  static final long HASH = 0x9E3779B97F4A7C15L;

  /// The same for a second word.
  static final long SECOND_HASH = 0xC2B2AE3D27D4EB4FL;

  private Words() {}

  /// The eight bytes from `at` on, which must be there.
  public static long load(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /// Writes the eight bytes from `at` on, which must be there.
  public static void store(byte[] bytes, int at, long word) {
    LONG.set(bytes, at, word);
  }

  /// The `count` bytes from `at` on, 0 to 8, the rest 0.
  static long load(byte[] bytes, int at, int count) {
    if (at + 8 <= bytes.length) {
      return count == 0 ? 0 : load(bytes, at) << (64 - 8 * count) >>> (64 - 8 * count);
    }
    long word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    return word;
  }

  /// A hash of `bytes[from .. from + length)`, its upper bits the best.
  static long hash(byte[] bytes, int from, int length) {
    long hash = length * SECOND_HASH;
    int at = from;
    int end = from + length;
    for (; at + 8 <= end; at += 8) {
      hash = (hash ^ load(bytes, at)) * HASH;
      hash ^= hash >>> 32;
    }
    hash = (hash ^ load(bytes, at, end - at)) * HASH;
    return hash ^ hash >>> 29;
  }

  /// Whether two ranges hold the same bytes.
  static boolean equal(byte[] a, int fromA, byte[] b, int fromB, int length) {
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      if (load(a, fromA + i) != load(b, fromB + i)) {
        return false;
      }
    }
    return load(a, fromA + i, length - i) == load(b, fromB + i, length - i);
  }
}
