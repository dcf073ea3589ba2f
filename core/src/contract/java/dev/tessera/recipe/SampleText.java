package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Path;

/// Small vocabularies in the place of published ones.
final class SampleText {
  private static final Path VOCABULARIES =
      Path.of("../core/src/test/resources/dev/tessera/text/vocabularies");

  private SampleText() {}

  /// A SentencePiece model of Llama 2's kind.
  static LlamaText llama(Tessera tessera, boolean legacy) throws IOException {
    return LlamaText.of(tessera, VOCABULARIES.resolve("sp_llama2.model"), legacy);
  }

  /// A byte-level vocabulary, as Emu3's is one.
  static BpeTokenizer bytes(Tessera tessera) throws IOException {
    return tessera.text(BpeVocabulary.tokenizerJson(VOCABULARIES.resolve("qwen2.json")));
  }
}
