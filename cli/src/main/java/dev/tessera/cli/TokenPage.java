package dev.tessera.cli;

import dev.tessera.text.EncodedText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A page that shows a text with its tokens in colours; hovering shows a token's id and bytes.
final class TokenPage {
  private static final int MOST_TOKENS = 500_000;
  private static final int COLOURS = 6;

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%s</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      pre { font: 15px/1.8 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
      pre span { border-radius: 3px; }
      %s
      </style>
      <h1>%s</h1>
      <p>%,d bytes, %,d tokens, %.2f bytes a token</p>
      <pre>\
      """;

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
    String name = escaped(source);
    double ratio = ids.length == 0 ? 0 : (double) text.length / ids.length;
    page.append(Text.format(HEAD, name, styles(), name, text.length, ids.length, ratio));
    for (int i = 0; i < ids.length; i++) {
      int from = encoded.byteStart(i);
      int length = encoded.byteEnds()[i] - from;
      String shown = new String(text, from, length, StandardCharsets.UTF_8);
      page.append("<span class=c").append(i % COLOURS).append(" title=\"").append(ids[i]);
      for (int at = from; at < from + length; at++) {
        page.append(at == from ? ": " : " ").append(Text.format("%02x", text[at]));
      }
      page.append("\">").append(escaped(shown)).append("</span>");
    }
    return page.append("</pre>\n</html>\n").toString();
  }

  private static String styles() {
    StringBuilder styles = new StringBuilder();
    for (int colour = 0; colour < COLOURS; colour++) {
      int hue = 360 * colour / COLOURS;
      styles.append(Text.format(".c%d { background: hsl(%d 70%% 50%% / .3); }\n", colour, hue));
    }
    return styles.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
