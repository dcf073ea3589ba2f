package dev.tessera.cli.recipe;

import dev.tessera.Tessera;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;

/// The text of ChatGLM2: a SentencePiece model, and five special tokens whose ids are those behind
/// its pieces: `[MASK]`, `[gMASK]`, `[sMASK]`, `sop` and `eop` (64789 to 64793).
///
/// @param pieces how many pieces the model has
record ChatGlmText(BpeTokenizer tokenizer, int pieces) implements AutoCloseable {
  static ChatGlmText of(Tessera tessera, Path model) throws IOException {
    BpeVocabulary vocabulary = BpeVocabulary.sentencePiece(model, true);
    return new ChatGlmText(tessera.text(vocabulary), vocabulary.size());
  }

  private int gMask() {
    return pieces + 1;
  }

  private int sop() {
    return pieces + 3;
  }

  /// The ids of a text alone.
  int[] ids(String text) {
    return tokenizer.encode(text, SpecialTokens.AS_TEXT);
  }

  /// `[gMASK] sop`, then the ids of a text.
  int[] prompt(String text) {
    int[] ids = ids(text);
    int[] prompt = new int[ids.length + 2];
    prompt[0] = gMask();
    prompt[1] = sop();
    System.arraycopy(ids, 0, prompt, 2, ids.length);
    return prompt;
  }

  /// An id as it is shown.
  MixedSequence.Token token(int id) {
    if (id < pieces) {
      return MixedSequence.text(tokenizer, id);
    }
    String name = id == gMask() ? "[gMASK]" : "sop";
    return new MixedSequence.Token(name, name);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
