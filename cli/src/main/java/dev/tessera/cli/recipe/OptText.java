package dev.tessera.cli.recipe;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;

/// The text of OPT: a byte-level vocabulary, whose texts begin with `</s>`.
///
/// @param begin the id of `</s>`
record OptText(BpeTokenizer tokenizer, int begin) implements AutoCloseable {
  private static final String BEGIN = "</s>";

  /// @throws FormatException if the vocabulary has no `</s>`: lists what it has
  static OptText of(Tessera tessera, Path tokenizerJson) throws IOException {
    BpeVocabulary vocabulary = BpeVocabulary.tokenizerJson(tokenizerJson);
    Integer begin = vocabulary.specialTokens().get(BEGIN);
    if (begin == null) {
      throw new FormatException(
          "%s: expected the special token %s, with which OPT's texts begin, found %s"
              .formatted(
                  tokenizerJson,
                  BEGIN,
                  vocabulary.specialTokens().isEmpty()
                      ? "none"
                      : String.join(", ", vocabulary.specialTokens().keySet())));
    }
    return new OptText(tessera.text(vocabulary), begin);
  }

  TokenSequence sequence(String text) {
    return TokenSequence.builder()
        .add("begin", begin)
        .add(Part.TEXT, tokenizer.encode(text, SpecialTokens.AS_TEXT))
        .build();
  }

  /// An id as it is shown.
  MixedSequence.Token token(int id) {
    return id == begin
        ? new MixedSequence.Token(BEGIN, "the text begins")
        : MixedSequence.text(tokenizer, id);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
