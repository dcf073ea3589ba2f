package dev.tessera.adapters.jtokkit;

import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingResult;
import com.knuddels.jtokkit.api.IntArrayList;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.SpecialTokens;
import dev.tessera.text.TextPrefix;

/// A [BpeTokenizer] as jtokkit's `Encoding`, so that its users switch with one line: where they had
/// `registry.getEncoding(EncodingType.CL100K_BASE)` they say
///
/// ```java
/// Encoding encoding = new TesseraEncoding("cl100k_base", tessera.text(BpeVocabulary.named("cl100k")));
/// ```
///
/// As with jtokkit, text with special tokens is refused by an `UnsupportedOperationException`, but
/// by the methods named `...Ordinary`. Thread-safe. The tokenizer is the caller's to close.
public final class TesseraEncoding implements Encoding {
  private final String name;
  private final BpeTokenizer tokenizer;

  /// @param name what [#getName()] says, such as `cl100k_base`
  public TesseraEncoding(String name, BpeTokenizer tokenizer) {
    this.name = name;
    this.tokenizer = tokenizer;
  }

  @Override
  public IntArrayList encode(String text) {
    return list(refusing(() -> tokenizer.encode(text)));
  }

  @Override
  public EncodingResult encode(String text, int maxTokens) {
    return refusing(() -> encodePrefix(text, SpecialTokens.REFUSED, maxTokens));
  }

  @Override
  public IntArrayList encodeOrdinary(String text) {
    return list(tokenizer.encodeOrdinary(text));
  }

  @Override
  public EncodingResult encodeOrdinary(String text, int maxTokens) {
    return encodePrefix(text, SpecialTokens.AS_TEXT, maxTokens);
  }

  @Override
  public int countTokens(String text) {
    return refusing(() -> Math.toIntExact(tokenizer.count(text, SpecialTokens.REFUSED)));
  }

  @Override
  public int countTokensOrdinary(String text) {
    return Math.toIntExact(tokenizer.count(text, SpecialTokens.AS_TEXT));
  }

  @Override
  public String decode(IntArrayList tokens) {
    return tokenizer.decode(tokens.toArray());
  }

  @Override
  public byte[] decodeBytes(IntArrayList tokens) {
    return tokenizer.decodeBytes(tokens.toArray());
  }

  @Override
  public String getName() {
    return name;
  }

  private EncodingResult encodePrefix(String text, SpecialTokens specialTokens, int maxTokens) {
    TextPrefix prefix = tokenizer.encodePrefix(text, specialTokens, maxTokens);
    int lastCharacter = Math.toIntExact(prefix.chars()) - 1;
    return new EncodingResult(list(prefix.ids()), !prefix.isWhole(), lastCharacter);
  }

  private static IntArrayList list(int[] ids) {
    IntArrayList list = new IntArrayList(ids.length);
    for (int id : ids) {
      list.add(id);
    }
    return list;
  }

  private interface Call<T> {
    T run();
  }

  /// A call by jtokkit's rule: a special token in the text is an operation that it does not
  /// support.
  private static <T> T refusing(Call<T> call) {
    try {
      return call.run();
    } catch (IllegalArgumentException e) {
      throw new UnsupportedOperationException(e.getMessage(), e);
    }
  }
}
