package dev.tessera.text;

import java.util.Arrays;

/// Decodes ids as they come where what an id becomes depends on its neighbours: those behind the
/// last text that was given out are decoded anew each time, and that which is new is given out once
/// it does not end with U+FFFD, which may be a character that is not complete. Not thread-safe.
final class WindowDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  private final TokenDecoder decoder;
  private int[] ids = new int[16];
  private int count;

  /// Ids whose text was given out: they stay as neighbours of what comes.
  private int known;

  private String knownText = "";

  /// Whether text was given out, so that what comes is not its beginning.
  private boolean begun;

  WindowDecoder(TokenDecoder decoder) {
    this.decoder = decoder;
  }

  String add(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
    String all = decoder.decode(ids, 0, count, !begun);
    if (all.length() <= knownText.length() || all.charAt(all.length() - 1) == REPLACEMENT) {
      return "";
    }
    String text = all.substring(knownText.length());
    begun = true;
    System.arraycopy(ids, known, ids, 0, count - known);
    count -= known;
    known = count;
    knownText = decoder.decode(ids, 0, count, false);
    return text;
  }

  String finish() {
    String all = decoder.decode(ids, 0, count, !begun);
    String text = all.length() > knownText.length() ? all.substring(knownText.length()) : "";
    count = 0;
    known = 0;
    knownText = "";
    begun = false;
    return text;
  }

  /// How many ids wait for others.
  int held() {
    return count - known;
  }
}
