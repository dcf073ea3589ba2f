package dev.tessera.cli;

/// What pages of tokens have in common: one file that loads nothing from anywhere, in the colours
/// that the reader's browser likes.
final class HtmlPage {
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
      pre span, .key { border-radius: 3px; }
      .key { padding: 0 .4em; }
      %s
      </style>
      <h1>%s</h1>
      <p>%s</p>
      """;

  private HtmlPage() {}

  /// The beginning of a page.
  ///
  /// @param title as text
  /// @param colours how many; the classes `c0`, `c1` and so on
  /// @param facts as HTML
  static String head(String title, int colours, String facts) {
    String name = escaped(title);
    return Text.format(HEAD, name, styles(colours), name, facts);
  }

  private static String styles(int colours) {
    StringBuilder styles = new StringBuilder();
    for (int colour = 0; colour < colours; colour++) {
      int hue = 360 * colour / colours;
      styles.append(Text.format(".c%d { background: hsl(%d 70%% 50%% / .3); }\n", colour, hue));
    }
    return styles.toString();
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
