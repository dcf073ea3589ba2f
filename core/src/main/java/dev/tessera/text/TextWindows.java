package dev.tessera.text;

/// Reads a text window after window, each of which ends where the next can be encoded without it.
final class TextWindows {
  /// Bytes of a window: as many as are cheap to keep.
  static final int WINDOW_BYTES = 1 << 20;

  /// The least that a window begins with, in bytes.
  private static final int LEAST_BYTES = 1 << 12;

  /// Bytes behind a window, so that words can be read at its end.
  private static final int PADDING_BYTES = 16;

  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  /// What is done with a window.
  interface Use {
    /// Takes `bytes[0 .. to)`.
    ///
    /// @param before how many bytes of the text came before it
    /// @return whether to go on
    boolean window(byte[] bytes, int to, long before);
  }

  private byte[] buffer = new byte[LEAST_BYTES];

  /// Reads all of `source`.
  ///
  /// @param windowBytes how long a window is meant to be, in bytes; it is longer where there is no
  ///   safe place to end it
  /// @param cuts whether there are safe places; if not, all of the text is one window
  /// @throws IllegalArgumentException if a window would be longer than an array can be
  void read(TextSource source, int windowBytes, boolean cuts, Use use) {
    long wanted = cuts ? Math.min(windowBytes, source.left()) : source.left();
    byte[] bytes = grown(buffer, Math.clamp(wanted, LEAST_BYTES, MOST_BYTES - PADDING_BYTES), 0);
    int filled = 0;
    long before = 0;
    while (true) {
      int room = bytes.length - PADDING_BYTES;
      for (int read = 1; read > 0 && filled + Utf8.MOST_BYTES_A_CHAR * 2 <= room; filled += read) {
        read = source.read(bytes, filled, room);
      }
      boolean all = source.left() == 0;
      int cut = all ? filled : cuts ? SafeCuts.last(bytes, 0, filled) : -1;
      if (cut <= 0 && !all) {
        if (room >= MOST_BYTES - PADDING_BYTES) {
          throw new IllegalArgumentException(
              "the text cannot be cut safely within %d bytes, from byte %d on"
                  .formatted(filled, before));
        }
        bytes = grown(bytes, (int) Math.min(2L * room, MOST_BYTES - PADDING_BYTES), filled);
        continue;
      }
      if ((cut > 0 && !use.window(bytes, cut, before)) || all) {
        break;
      }
      System.arraycopy(bytes, cut, bytes, 0, filled - cut);
      filled -= cut;
      before += cut;
    }
    buffer = bytes.length <= WINDOW_BYTES + PADDING_BYTES ? bytes : new byte[LEAST_BYTES];
  }

  private static byte[] grown(byte[] bytes, int room, int filled) {
    if (bytes.length >= room + PADDING_BYTES) {
      return bytes;
    }
    byte[] grown = new byte[room + PADDING_BYTES];
    System.arraycopy(bytes, 0, grown, 0, filled);
    return grown;
  }
}
