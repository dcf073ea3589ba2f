package dev.tessera.cli;

import dev.tessera.text.EncodedText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A page that shows a text with its tokens in colours; hovering shows a token's id and bytes.
final class TokenPage {
  private static final int MOST_TOKENS = 500_000;
  private static final int COLOURS = 6;

  private TokenPage() {}

  /// The page of a text.
  ///
  /// @throws IOException if it has more tokens than a browser shows at ease
  static String of(String source, byte[] text, EncodedText encoded) throws IOException {
    int[] ids = encoded.ids();
    if (ids.length > MOST_TOKENS) {
      throw new IOException(
          "--html shows at most %,d tokens, %s has %,d".formatted(MOST_TOKENS, source, ids.length));
    }
    StringBuilder page = new StringBuilder();
    double ratio = ids.length == 0 ? 0 : (double) text.length / ids.length;
    String facts =
        Text.format("%,d bytes, %,d tokens, %.2f bytes a token", text.length, ids.length, ratio);
    page.append(HtmlPage.head(source, COLOURS, facts)).append("<pre>");
    for (int i = 0; i < ids.length; i++) {
      int from = encoded.byteStart(i);
      int length = encoded.byteEnds()[i] - from;
      String shown = new String(text, from, length, StandardCharsets.UTF_8);
      page.append("<span class=c").append(i % COLOURS).append(" title=\"").append(ids[i]);
      for (int at = from; at < from + length; at++) {
        page.append(at == from ? ": " : " ").append(Text.format("%02x", text[at]));
      }
      page.append("\">").append(HtmlPage.escaped(shown)).append("</span>");
    }
    return page.append("</pre>\n</html>\n").toString();
  }
}
