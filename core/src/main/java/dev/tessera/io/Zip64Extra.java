package dev.tessera.io;

/// The zip64 extra field of an entry: the numbers that did not fit, one behind the other.
final class Zip64Extra {
  private final FileBytes file;
  private long at;
  private long end;

  Zip64Extra(FileBytes file, long extraAt, int extraBytes) throws FormatException {
    this.file = file;
    long extraEnd = extraAt + extraBytes;
    long field = extraAt;
    while (field + 4 <= extraEnd) {
      int id = file.u16(field, "extra field");
      long fieldEnd = field + 4 + file.u16(field + 2, "extra field");
      if (fieldEnd > extraEnd) {
        throw file.error(field, "an extra field up to byte " + extraEnd, "byte " + fieldEnd);
      }
      if (id == ZipDirectory.ZIP64_EXTRA && end == 0) {
        at = field + 4;
        end = fieldEnd;
      }
      field = fieldEnd;
    }
  }

  /// The next number of the field if `here` says so, else `here`.
  long orHere(long here) throws FormatException {
    if (here != ZipDirectory.U32_ELSEWHERE) {
      return here;
    }
    if (at + Long.BYTES > end) {
      throw file.error(at, "a zip64 number", "the end of the extra field");
    }
    at += Long.BYTES;
    return file.u63(at - Long.BYTES, "zip64 number");
  }
}
