package dev.tessera.adapters.djl;

import ai.djl.modality.nlp.preprocess.Tokenizer;
import dev.tessera.text.BpeTokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A [BpeTokenizer] as DJL's `Tokenizer`, whose tokens are strings: one a token, holding its bytes
/// as the characters U+0000 to U+00FF, since a token may end within a character. So
/// [#buildSentence] gives back the very text. Special tokens are text like any other. Thread-safe.
/// The tokenizer is the caller's to close.
public final class TesseraTokenizer implements Tokenizer {
  private final BpeTokenizer tokenizer;

  /// A tokenizer behind DJL's interface.
  public TesseraTokenizer(BpeTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public List<String> tokenize(String sentence) {
    List<String> tokens = new ArrayList<>();
    for (int id : tokenizer.encodeOrdinary(sentence)) {
      tokens.add(new String(tokenizer.decodeBytes(id), StandardCharsets.ISO_8859_1));
    }
    return tokens;
  }

  @Override
  public String buildSentence(List<String> tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String token : tokens) {
      bytes.writeBytes(token.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
