package dev.tessera.cli;

import dev.tessera.cli.recipe.MixedSequence;
import dev.tessera.cli.recipe.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A page that shows mixed sequences, each kind in its colour; hovering shows an id and what it
/// means.
final class SequencePage {
  private static final int MOST_TOKENS = 500_000;

  private final Recipe recipe;
  private final List<String> sequences = new ArrayList<>();

  /// How many ids of each kind, in the order in which they come.
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  private int ids;

  SequencePage(Recipe recipe) {
    this.recipe = recipe;
  }

  /// Shows a sequence behind the others.
  ///
  /// @throws IOException if there are then more tokens than a browser shows at ease
  void add(MixedSequence mixed) throws IOException {
    ids += mixed.sequence().length();
    if (ids > MOST_TOKENS) {
      throw new IOException(
          "--html shows at most %,d ids, there are %,d".formatted(MOST_TOKENS, ids));
    }
    StringBuilder body = new StringBuilder("<pre>");
    int[] all = mixed.sequence().ids();
    for (MixedSequence.Span span : mixed.spans()) {
      counts.merge(span.kind(), span.length(), Integer::sum);
      int colour = new ArrayList<>(counts.keySet()).indexOf(span.kind());
      if (span.length() == 0) {
        append(body, colour, span.rows() + " rows of embeddings, without an id", span.kind());
        body.append(' ');
      }
      for (int at = span.from(); at < span.to(); at++) {
        String rows = span.hasRows() ? ", " + span.rows() + " rows" : "";
        String title = all[at] + ": " + mixed.meanings().get(at) + rows;
        append(body, colour, title, mixed.shown().get(at));
        body.append(span.kind().equals("text") ? "" : " ");
      }
    }
    sequences.add(body.append("</pre>\n").toString());
  }

  private static void append(StringBuilder body, int colour, String title, String shown) {
    body.append("<span class=c").append(colour).append(" title=\"");
    body.append(HtmlPage.escaped(title)).append("\">");
    body.append(HtmlPage.escaped(shown)).append("</span>");
  }

  /// The page.
  String text() {
    boolean several = sequences.size() > 1;
    StringBuilder facts = new StringBuilder();
    facts.append(HtmlPage.escaped(recipe.title())).append("<br>");
    facts.append(several ? Text.format("%,d sequences, ", sequences.size()) : "");
    facts.append(Text.format("%,d ids: ", ids));
    int colour = 0;
    for (Map.Entry<String, Integer> kind : counts.entrySet()) {
      facts.append(
          Text.format(
              "<span class=\"key c%d\">%s %,d</span> ",
              colour++, HtmlPage.escaped(kind.getKey()), kind.getValue()));
    }
    String title = recipe.name() + (several ? ", sequences" : ", a sequence");
    StringBuilder page = new StringBuilder();
    page.append(HtmlPage.head(title, Math.max(1, counts.size()), facts.toString()));
    for (int i = 0; i < sequences.size(); i++) {
      page.append(several ? Text.format("<h2>%d</h2>\n", i + 1) : "").append(sequences.get(i));
    }
    return page.append("</html>\n").toString();
  }
}
