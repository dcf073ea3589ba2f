package dev.tessera.cli.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Finds the orientation in an Exif segment: a TIFF directory behind the six bytes `Exif\0\0`.
final class ExifOrientation {
  private static final int TIFF_BEGIN = 6;
  private static final int DIRECTORY_POINTER = 4;
  private static final int ENTRY_BYTES = 12;
  private static final int VALUE_IN_ENTRY = 8;
  private static final int TAG = 0x0112;

  private ExifOrientation() {}

  /// The orientation that the segment names, or upright where it names none or is damaged.
  static Orientation find(byte[] segment) {
    if (segment.length < TIFF_BEGIN + 8
        || segment[0] != 'E'
        || segment[1] != 'x'
        || segment[2] != 'i'
        || segment[3] != 'f') {
      return Orientation.TOP_LEFT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(segment, TIFF_BEGIN, segment.length - TIFF_BEGIN).slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(DIRECTORY_POINTER));
    if (directory > tiff.limit() - Short.BYTES) {
      return Orientation.TOP_LEFT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    long entry = directory + Short.BYTES;
    for (int i = 0; i < entries && entry + ENTRY_BYTES <= tiff.limit(); i++) {
      if (Short.toUnsignedInt(tiff.getShort((int) entry)) == TAG) {
        return Orientation.ofExif(tiff.getShort((int) entry + VALUE_IN_ENTRY));
      }
      entry += ENTRY_BYTES;
    }
    return Orientation.TOP_LEFT;
  }
}
