package dev.tessera.text;

import java.util.Arrays;

/// Some documents of a corpus, one behind the other.
final class CorpusBatch {
  /// The most bytes that a batch holds.
  static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  /// Bytes behind the text that may be read, whatever they hold: words are looked at 8 bytes at a
  /// time.
  private static final int SLACK_BYTES = 8;

  private byte[] bytes = new byte[CorpusReader.BATCH_BYTES + SLACK_BYTES];
  private int length;
  private int[] ends = new int[256];
  private int documents;
  private boolean lines;

  /// Forgets all documents.
  void clear() {
    length = 0;
    documents = 0;
    lines = false;
  }

  /// The text; what stands behind [#length] means nothing.
  byte[] bytes() {
    return bytes;
  }

  /// How many bytes of text there are.
  int length() {
    return length;
  }

  /// How many bytes fit without growing.
  int capacity() {
    return bytes.length - SLACK_BYTES;
  }

  /// Makes room for `capacity` bytes of text in all.
  void reserve(long capacity) {
    if (capacity > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a document has more than %d bytes: cut it into several".formatted(MOST_BYTES));
    }
    if (capacity > capacity()) {
      long doubled = Math.min(MOST_BYTES, 2L * capacity());
      bytes = Arrays.copyOf(bytes, (int) Math.max(capacity, doubled) + SLACK_BYTES);
    }
  }

  /// The first `length` bytes, which have been written, are lines.
  void setLines(int length) {
    this.length = length;
    lines = true;
  }

  /// Appends a document.
  void append(byte[] document) {
    reserve((long) length + document.length);
    System.arraycopy(document, 0, bytes, length, document.length);
    length += document.length;
    endDocument(length);
  }

  /// A document ends at `end`.
  void endDocument(int end) {
    if (documents == ends.length) {
      ends = Arrays.copyOf(ends, 2 * documents);
    }
    ends[documents++] = end;
  }

  /// Finds the documents, if they are lines: each ends behind its line feed, or at the end.
  void findDocuments() {
    if (!lines) {
      return;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        endDocument(i + 1);
      }
    }
    if (length > 0 && bytes[length - 1] != '\n') {
      endDocument(length);
    }
  }

  /// How many documents there are.
  int documents() {
    return documents;
  }

  /// Where a document ends; it begins where the one before it ends.
  int end(int document) {
    return ends[document];
  }
}
