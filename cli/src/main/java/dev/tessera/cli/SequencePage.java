package dev.tessera.cli;

import dev.tessera.cli.recipe.MixedSequence;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.sequence.TokenSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A page that shows a mixed sequence, each kind in its colour; hovering shows an id and what it
/// means.
final class SequencePage {
  private static final int MOST_TOKENS = 500_000;

  private SequencePage() {}

  /// The page of a sequence.
  ///
  /// @throws IOException if it has more tokens than a browser shows at ease
  static String of(Recipe recipe, MixedSequence mixed) throws IOException {
    TokenSequence sequence = mixed.sequence();
    if (sequence.length() > MOST_TOKENS) {
      throw new IOException(
          "--html shows at most %,d ids, the sequence has %,d"
              .formatted(MOST_TOKENS, sequence.length()));
    }
    List<String> kinds = new ArrayList<>();
    for (TokenSequence.Span span : sequence.spans()) {
      if (!kinds.contains(span.modality())) {
        kinds.add(span.modality());
      }
    }
    StringBuilder facts = new StringBuilder();
    facts.append(HtmlPage.escaped(recipe.title()));
    facts.append(Text.format("<br>%,d ids: ", sequence.length()));
    for (String kind : kinds) {
      facts.append(
          Text.format(
              "<span class=\"key c%d\">%s %,d</span> ",
              kinds.indexOf(kind), HtmlPage.escaped(kind), count(sequence, kind)));
    }
    StringBuilder page = new StringBuilder();
    page.append(
        HtmlPage.head(recipe.name() + ", a sequence", Math.max(1, kinds.size()), facts.toString()));
    page.append("<pre>");
    int[] ids = sequence.ids();
    for (int i = 0; i < sequence.spans().size(); i++) {
      TokenSequence.Span span = sequence.spans().get(i);
      int colour = kinds.indexOf(span.modality());
      boolean isText = span.modality().equals("text");
      for (int at = span.from(); at < span.to(); at++) {
        page.append("<span class=c").append(colour).append(" title=\"").append(ids[at]);
        page.append(": ").append(HtmlPage.escaped(mixed.meanings().get(at)));
        if (mixed.rows().get(i) >= 0) {
          page.append(", ").append(mixed.rows().get(i)).append(" rows");
        }
        page.append("\">").append(HtmlPage.escaped(mixed.shown().get(at))).append("</span>");
        page.append(isText ? "" : " ");
      }
    }
    return page.append("</pre>\n</html>\n").toString();
  }

  private static int count(TokenSequence sequence, String kind) {
    return sequence.spans().stream()
        .filter(span -> span.modality().equals(kind))
        .mapToInt(span -> span.to() - span.from())
        .sum();
  }
}
