package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/// Small vocabularies in the place of published ones.
final class SampleText {
  private SampleText() {}

  private static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(
                  SampleText.class.getResource("/dev/tessera/text/vocabularies/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A SentencePiece model of Llama 2's kind.
  static LlamaText llama(Tessera tessera, boolean legacy) throws IOException {
    return LlamaText.of(tessera, path("sp_llama2.model"), legacy);
  }

  /// A byte-level vocabulary, as Emu3's is one.
  static BpeTokenizer bytes(Tessera tessera) throws IOException {
    return tessera.text(BpeVocabulary.tokenizerJson(path("qwen2.json")));
  }
}
