package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/// The text of Llama 2 and Vicuna, and so of LLaVA, SEED-LLaMA, LLaGA, GraphGPT and TEA-GLM: 32000
/// pieces of a SentencePiece model with byte fallback. Follows `google/sentencepiece` (BPE) and
/// `huggingface/transformers` (`LlamaConverter`) of the time.
///
/// Spaces become U+2581, and one is put before a text. Models of that time also put one before
/// whatever follows a special token (`legacy`), later ones only before the first text. A character
/// that is no piece becomes its bytes. [#prompt] is what models are given: the id of `<s>` first.
/// Thread-safe.
public final class LlamaText implements AutoCloseable {
  /// The id of `<s>`.
  public static final int BEGIN = 1;

  private final BpeTokenizer tokenizer;

  private LlamaText(BpeTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// The text of a model's `tokenizer.model`.
  ///
  /// @param legacy whether a space is put before what follows a special token, too: true for all
  ///   models that are named above
  /// @throws IOException if the file is no such model
  public static LlamaText of(Tessera tessera, Path model, boolean legacy) throws IOException {
    return new LlamaText(tessera.text(BpeVocabulary.sentencePiece(model, legacy)));
  }

  /// The tokenizer, without `<s>`.
  public BpeTokenizer tokenizer() {
    return tokenizer;
  }

  /// The ids of a prompt, `<s>` first; special tokens in it become their ids.
  public int[] prompt(String text) {
    int[] ids = continuation(text);
    int[] prompt = new int[ids.length + 1];
    prompt[0] = BEGIN;
    System.arraycopy(ids, 0, prompt, 1, ids.length);
    return prompt;
  }

  /// The ids of a part of a prompt behind the first one, without `<s>`; special tokens in it become
  /// their ids.
  public int[] continuation(String text) {
    return tokenizer.encode(text, SpecialTokens.ALLOWED);
  }

  /// The ids of a prompt with placeholders: its parts between them, each encoded as a prompt of its
  /// own, without the `<s>` of all but the first, and `placeholder` between them. As LLaVA and
  /// LLaGA do it.
  ///
  /// @param mark stands in the text where a placeholder goes, as in `<image>`
  /// @param placeholder the id that takes its place, such as -200
  public int[] prompt(String text, String mark, int placeholder) {
    if (mark.isEmpty()) {
      throw new IllegalArgumentException("the mark of a placeholder has at least 1 character");
    }
    String[] parts = text.split(Pattern.quote(mark), -1);
    int[] ids = prompt(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      int[] next = continuation(parts[i]);
      int length = ids.length;
      ids = Arrays.copyOf(ids, length + 1 + next.length);
      ids[length] = placeholder;
      System.arraycopy(next, 0, ids, length + 1, next.length);
    }
    return ids;
  }

  /// The text of ids, without the space that was put before it.
  ///
  /// @throws IllegalArgumentException if an id is no token
  public String decode(int... ids) {
    return tokenizer.decode(ids);
  }

  /// Frees the tokenizer's caches.
  @Override
  public void close() {
    tokenizer.close();
  }
}
