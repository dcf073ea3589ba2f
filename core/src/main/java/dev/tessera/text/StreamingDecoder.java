package dev.tessera.text;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Turns ids into text as they come, one after the other: bytes of a character that is not complete
/// yet are held back. Not thread-safe.
public final class StreamingDecoder {
  private final TokenBytes tokens;
  private final @Nullable WindowDecoder window;
  private byte[] bytes = new byte[64];
  private final int[] one = new int[1];
  private int held;

  StreamingDecoder(TokenBytes tokens, @Nullable TokenDecoder decoder) {
    this.tokens = tokens;
    this.window = decoder == null ? null : new WindowDecoder(decoder);
  }

  /// The text that `id` completes, often all of the token, sometimes nothing. Bytes that are not
  /// UTF-8 become U+FFFD.
  ///
  /// @throws IllegalArgumentException if there is no such token; what was held stays
  public String add(int id) {
    int length = tokens.length(id);
    if (window != null) {
      return window.add(id);
    }
    if (held + length > bytes.length) {
      bytes = java.util.Arrays.copyOf(bytes, 2 * (held + length));
    }
    one[0] = id;
    tokens.copy(one, 0, 1, bytes, held);
    int end = held + length;
    int complete = end - incomplete(bytes, end);
    String text = new String(bytes, 0, complete, StandardCharsets.UTF_8);
    held = end - complete;
    System.arraycopy(bytes, complete, bytes, 0, held);
    return text;
  }

  /// The end of the text: what is held becomes U+FFFD. The decoder can then be used anew.
  public String finish() {
    if (window != null) {
      return window.finish();
    }
    String text = new String(bytes, 0, held, StandardCharsets.UTF_8);
    held = 0;
    return text;
  }

  /// How many bytes are held back: 0 to 3. Where a vocabulary's text is more than the bytes of its
  /// tokens, how many tokens.
  public int held() {
    return window == null ? held : window.held();
  }

  /// How many bytes at the end begin a character that may yet be completed.
  private static int incomplete(byte[] bytes, int end) {
    for (int back = 1; back <= Math.min(3, end); back++) {
      int lead = bytes[end - back] & 0xFF;
      if (lead >= 0xC0) {
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        boolean possible =
            lead >= 0xC2
                && lead <= 0xF4
                && needed > back
                && (back == 1 || possibleSecond(lead, bytes[end - back + 1] & 0xFF));
        return possible ? back : 0;
      }
      if (lead < 0x80) {
        return 0;
      }
    }
    return 0;
  }

  /// Whether a character that begins with `lead` can go on with `second`: neither overlong, nor a
  /// surrogate, nor beyond U+10FFFF.
  private static boolean possibleSecond(int lead, int second) {
    return switch (lead) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second < 0xA0;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second < 0x90;
      default -> true;
    };
  }
}
