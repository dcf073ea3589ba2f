package dev.tessera.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The central directory of a zip file, zip64 included, checked against the file: every entry lies
/// within it, no two overlap, no name stands twice. (APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16.)
/// Split and encrypted archives are refused.
final class ZipDirectory {
  static final int STORED = 0;
  static final int DEFLATED = 8;

  static final int LOCAL_SIGNATURE = 0x04034b50;
  static final int CENTRAL_SIGNATURE = 0x02014b50;
  static final int END_SIGNATURE = 0x06054b50;
  static final int ZIP64_END_SIGNATURE = 0x06064b50;
  static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
  static final int LOCAL_BYTES = 30;
  static final int CENTRAL_BYTES = 46;
  static final int END_BYTES = 22;
  static final int ZIP64_END_BYTES = 56;
  static final int ZIP64_LOCATOR_BYTES = 20;

  /// The id of the extra field that holds the numbers too large for theirs.
  static final int ZIP64_EXTRA = 1;

  /// What stands in a field whose number is in the zip64 part.
  static final int U16_ELSEWHERE = 0xffff;

  static final long U32_ELSEWHERE = 0xffffffffL;

  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int ENCRYPTED_FLAG = 1;

  /// A file in the archive.
  ///
  /// @param centralAt the byte at which the directory describes it
  /// @param dataOffset the byte at which its (compressed) content begins
  record Entry(
      String name,
      long centralAt,
      int method,
      long checksum,
      long compressedBytes,
      long bytes,
      long headerOffset,
      long dataOffset) {}

  private final FileBytes file;
  private long entryCount;
  private long directoryBytes;
  private long directoryOffset;

  private ZipDirectory(FileBytes file) {
    this.file = file;
  }

  /// The entries by name, in the order of the directory.
  static Map<String, Entry> read(FileBytes file) throws FormatException {
    ZipDirectory directory = new ZipDirectory(file);
    directory.readEnd();
    Map<String, Entry> entries = directory.readEntries();
    directory.checkApart(new ArrayList<>(entries.values()));
    return Collections.unmodifiableMap(entries);
  }

  private void readEnd() throws FormatException {
    long end = findEnd();
    int disk = file.u16(end + 4, "disk number");
    int directoryDisk = file.u16(end + 6, "disk number");
    int entriesHere = file.u16(end + 8, "entry count");
    entryCount = file.u16(end + 10, "entry count");
    directoryBytes = file.u32(end + 12, "directory length");
    directoryOffset = file.u32(end + 16, "directory offset");
    long limit = end;
    if (entryCount == U16_ELSEWHERE
        || directoryBytes == U32_ELSEWHERE
        || directoryOffset == U32_ELSEWHERE) {
      limit = readZip64End(end);
    } else if (disk != 0 || directoryDisk != 0 || entriesHere != entryCount) {
      throw file.error(end + 4, "an archive in one part", "disk " + disk);
    }
    if (directoryOffset > limit || directoryBytes > limit - directoryOffset) {
      throw file.error(
          end,
          "a directory before byte " + limit,
          directoryBytes + " bytes at byte " + directoryOffset);
    }
  }

  private long readZip64End(long end) throws FormatException {
    long locator = end - ZIP64_LOCATOR_BYTES;
    checkSignature(locator, ZIP64_LOCATOR_SIGNATURE, "a zip64 locator");
    long zip64End = file.u63(locator + 8, "offset");
    if (zip64End > locator - ZIP64_END_BYTES) {
      throw file.error(locator + 8, "an offset before this byte", Long.toString(zip64End));
    }
    checkSignature(zip64End, ZIP64_END_SIGNATURE, "a zip64 end record");
    long entriesHere = file.u63(zip64End + 24, "entry count");
    entryCount = file.u63(zip64End + 32, "entry count");
    directoryBytes = file.u63(zip64End + 40, "directory length");
    directoryOffset = file.u63(zip64End + 48, "directory offset");
    if (entriesHere != entryCount) {
      throw file.error(zip64End + 24, "an archive in one part", entriesHere + " entries");
    }
    return zip64End;
  }

  /// The end record is the last thing in the file but for a comment, whose length it tells.
  private long findEnd() throws FormatException {
    long last = file.size() - END_BYTES;
    long first = Math.max(0, last - MAX_COMMENT_BYTES);
    for (long at = last; at >= first; at--) {
      if (file.u32(at, "signature") == END_SIGNATURE
          && file.u16(at + 20, "comment length") == last - at) {
        return at;
      }
    }
    throw file.error(Math.max(0, last), "the end record of a zip file", "none");
  }

  private Map<String, Entry> readEntries() throws FormatException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    long at = directoryOffset;
    long end = directoryOffset + directoryBytes;
    for (long i = 0; i < entryCount; i++) {
      checkSignature(at, CENTRAL_SIGNATURE, "entry " + i + " of " + entryCount);
      int nameBytes = file.u16(at + 28, "name length");
      int extraBytes = file.u16(at + 30, "extra length");
      int commentBytes = file.u16(at + 32, "comment length");
      Entry entry = readEntry(at, nameBytes, extraBytes);
      if (entries.put(entry.name(), entry) != null) {
        throw file.error(at, "each name once", FormatException.quote(entry.name()) + " again");
      }
      at += CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
    }
    if (at != end) {
      throw file.error(
          directoryOffset,
          "%d entries in %d bytes".formatted(entryCount, directoryBytes),
          (at - directoryOffset) + " bytes");
    }
    return entries;
  }

  private Entry readEntry(long at, int nameBytes, int extraBytes) throws FormatException {
    String name = name(at + CENTRAL_BYTES, nameBytes);
    int flags = file.u16(at + 8, "flags");
    if ((flags & ENCRYPTED_FLAG) != 0) {
      throw file.error(at + 8, "no encryption", FormatException.quote(name) + " encrypted");
    }
    int method = file.u16(at + 10, "method");
    long checksum = file.u32(at + 16, "checksum");
    Zip64Extra extra = new Zip64Extra(file, at + CENTRAL_BYTES + nameBytes, extraBytes);
    long bytes = extra.orHere(file.u32(at + 24, "length"));
    long compressedBytes = extra.orHere(file.u32(at + 20, "compressed length"));
    long headerOffset = extra.orHere(file.u32(at + 42, "offset"));
    if (method == STORED && bytes != compressedBytes) {
      throw file.error(
          at + 20, "a stored entry of " + bytes + " bytes", Long.toString(compressedBytes));
    }
    long dataOffset = readLocalHeader(headerOffset, name, method);
    if (compressedBytes > directoryOffset - dataOffset) {
      throw file.error(
          at,
          "%d bytes of %s at byte %d"
              .formatted(compressedBytes, FormatException.quote(name), dataOffset),
          Math.max(0, directoryOffset - dataOffset) + " bytes before the directory");
    }
    return new Entry(name, at, method, checksum, compressedBytes, bytes, headerOffset, dataOffset);
  }

  /// @return the byte behind it
  private long readLocalHeader(long at, String name, int method) throws FormatException {
    checkSignature(at, LOCAL_SIGNATURE, "the entry " + FormatException.quote(name));
    int nameBytes = file.u16(at + 26, "name length");
    int extraBytes = file.u16(at + 28, "extra length");
    String localName = name(at + LOCAL_BYTES, nameBytes);
    if (!localName.equals(name)) {
      throw file.error(
          at + LOCAL_BYTES,
          "the name " + FormatException.quote(name),
          FormatException.quote(localName));
    }
    int localMethod = file.u16(at + 8, "method");
    if (localMethod != method) {
      throw file.error(at + 8, "compression method " + method, Integer.toString(localMethod));
    }
    return at + LOCAL_BYTES + nameBytes + extraBytes;
  }

  private String name(long at, int bytes) throws FormatException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(file.bytes(at, bytes, "name")))
          .toString();
    } catch (CharacterCodingException e) {
      throw file.error(at, "a name in UTF-8", "other bytes");
    }
  }

  private void checkSignature(long at, int signature, String what) throws FormatException {
    long found = file.u32(at, "signature");
    if (found != signature) {
      throw file.error(at, "%s (%08x)".formatted(what, signature), "%08x".formatted(found));
    }
  }

  /// A small archive of entries that share their bytes could claim any size.
  private void checkApart(List<Entry> entries) throws FormatException {
    entries.sort(Comparator.comparingLong(Entry::headerOffset));
    long end = 0;
    for (Entry entry : entries) {
      if (entry.headerOffset() < end) {
        throw file.error(
            entry.centralAt(),
            FormatException.quote(entry.name()) + " behind byte " + end + ", where another ends",
            "byte " + entry.headerOffset());
      }
      end = entry.dataOffset() + entry.compressedBytes();
    }
  }
}
