package dev.tessera.cli.picture;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/// Finds the orientation in an Exif segment: a TIFF directory behind the six bytes `Exif\0\0`.
final class ExifOrientation {
  private static final int TIFF_BEGIN = 6;
  private static final int TIFF_HEADER_BYTES = 8;
  private static final int DIRECTORY_POINTER = 4;
  private static final int ENTRY_BYTES = 12;
  private static final int VALUE_IN_ENTRY = 8;
  private static final int TAG = 0x0112;

  private static final int START_OF_IMAGE = 0xFFD8;
  private static final int APPLICATION_1 = 0xFFE1;
  private static final int START_OF_SCAN = 0xFFDA;
  private static final int LEAST_MARKER = 0xFFC0;

  private ExifOrientation() {}

  /// Looks through the segments of a JPEG. (Java's own reader of its metadata refuses pictures that
  /// many cameras and editors write.)
  static Orientation ofJpeg(ImageInputStream stream) throws IOException {
    try {
      stream.seek(0);
      stream.setByteOrder(ByteOrder.BIG_ENDIAN);
      if (stream.readUnsignedShort() == START_OF_IMAGE) {
        int marker = stream.readUnsignedShort();
        while (marker >= LEAST_MARKER && marker != START_OF_SCAN) {
          byte[] segment = new byte[Math.max(0, stream.readUnsignedShort() - Short.BYTES)];
          stream.readFully(segment);
          if (marker == APPLICATION_1 && isExif(segment)) {
            return find(segment);
          }
          marker = stream.readUnsignedShort();
        }
      }
    } catch (EOFException e) {
      // The decoder will say so.
    }
    return Orientation.TOP_LEFT;
  }

  private static boolean isExif(byte[] segment) {
    return segment.length >= TIFF_BEGIN
        && segment[0] == 'E'
        && segment[1] == 'x'
        && segment[2] == 'i'
        && segment[3] == 'f';
  }

  /// The orientation that the segment names, or upright where it names none or is damaged.
  static Orientation find(byte[] segment) {
    if (!isExif(segment) || segment.length < TIFF_BEGIN + TIFF_HEADER_BYTES) {
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
