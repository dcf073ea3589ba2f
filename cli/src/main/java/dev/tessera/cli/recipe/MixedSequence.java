package dev.tessera.cli.recipe;

import dev.tessera.sequence.TokenSequence;
import dev.tessera.text.BpeTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// A sequence of several kinds with what each id means.
///
/// @param sequence the ids and their spans
/// @param rows of embeddings that each span becomes in the model, where that is not one an id; else
///   -1
/// @param shown each id as a page shows it: text as text, a code by its number
/// @param meanings each id in words
public record MixedSequence(
    TokenSequence sequence, List<Integer> rows, List<String> shown, List<String> meanings) {
  /// An id as it is shown and in words.
  record Token(String shown, String meaning) {}

  /// A sequence in which each id becomes one row.
  static MixedSequence of(TokenSequence sequence, IntFunction<Token> describe) {
    return of(sequence, describe, List.of());
  }

  /// @param inserted how many rows each span becomes that is not text, in their order; none where
  ///   each id becomes one
  static MixedSequence of(
      TokenSequence sequence, IntFunction<Token> describe, List<Integer> inserted) {
    List<Integer> rows = new ArrayList<>();
    int next = 0;
    for (TokenSequence.Span span : sequence.spans()) {
      boolean isText = span.modality().equals(TEXT);
      rows.add(isText || inserted.isEmpty() ? -1 : inserted.get(next++));
    }
    List<String> shown = new ArrayList<>();
    List<String> meanings = new ArrayList<>();
    for (int id : sequence.ids()) {
      Token token = describe.apply(id);
      shown.add(token.shown());
      meanings.add(token.meaning());
    }
    return new MixedSequence(sequence, List.copyOf(rows), shown, meanings);
  }

  /// What text is called among the kinds.
  static final String TEXT = "text";

  /// A token of a text.
  static Token text(BpeTokenizer tokenizer, int id) {
    byte[] once = tokenizer.decodeBytes(id);
    byte[] twice = tokenizer.decodeBytes(id, id); // the first of a text may lose a space
    String text =
        new String(
            Arrays.copyOfRange(twice, Math.min(once.length, twice.length), twice.length),
            StandardCharsets.UTF_8);
    return new Token(text, "text '" + text + "'");
  }

  /// As `sequence.jsonl` has it.
  public Map<String, Object> fields(String system) {
    List<Object> spans = new ArrayList<>();
    for (int i = 0; i < sequence.spans().size(); i++) {
      TokenSequence.Span span = sequence.spans().get(i);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("modality", span.modality());
      fields.put("start", span.from());
      fields.put("end", span.to());
      if (rows.get(i) >= 0) {
        fields.put("rows", rows.get(i));
      }
      spans.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", system);
    fields.put("length", sequence.length());
    fields.put("ids", sequence.ids());
    fields.put("spans", spans);
    return fields;
  }
}
