package dev.tessera.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the lines of files, each with its line feed, as documents.
final class LineReader implements CorpusReader {
  /// Where a line is cut that has not ended.
  static final int MOST_LINE_BYTES = 1 << 26;

  private final Iterator<Path> files;
  private @Nullable InputStream file;
  private byte[] rest = {}; // the beginning of a line whose end is not yet read
  private int restLength;

  LineReader(List<Path> files) {
    this.files = files.iterator();
  }

  @Override
  public boolean read(CorpusBatch batch) throws IOException {
    batch.clear();
    while (file != null || files.hasNext()) {
      if (file == null) {
        file = Files.newInputStream(files.next());
      }
      batch.reserve(restLength + (long) BATCH_BYTES);
      System.arraycopy(rest, 0, batch.bytes(), 0, restLength);
      int length = restLength;
      int searched = length;
      restLength = 0;
      int whole = 0;
      while (whole == 0) {
        int count = file.readNBytes(batch.bytes(), length, batch.capacity() - length);
        length += count;
        boolean ended = length < batch.capacity();
        if (ended) {
          file.close();
          file = null;
          whole = length;
          break;
        }
        whole = lastLineEnd(batch.bytes(), searched, length);
        searched = length;
        if (whole == 0 && length > MOST_LINE_BYTES) {
          whole = characterStart(batch.bytes(), MOST_LINE_BYTES);
        } else if (whole == 0) {
          batch.reserve(Math.min(MOST_LINE_BYTES + BATCH_BYTES, 2L * batch.capacity()));
        }
      }
      keep(batch.bytes(), whole, length);
      batch.setLines(whole);
      if (whole > 0) {
        return true;
      }
    }
    return false;
  }

  /// Keeps `bytes[from .. to)` for the next batch.
  private void keep(byte[] bytes, int from, int to) {
    restLength = to - from;
    if (restLength > rest.length) {
      rest = new byte[restLength];
    }
    System.arraycopy(bytes, from, rest, 0, restLength);
  }

  /// Behind the last line feed in `bytes[from .. to)`, or 0.
  private static int lastLineEnd(byte[] bytes, int from, int to) {
    for (int i = to - 1; i >= from; i--) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  /// The last place at or before `at` where a character begins, if there is one within 3 bytes.
  private static int characterStart(byte[] bytes, int at) {
    for (int i = at; i > at - 4; i--) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return i;
      }
    }
    return at;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
