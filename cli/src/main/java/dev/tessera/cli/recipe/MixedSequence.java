package dev.tessera.cli.recipe;

import dev.tessera.sequence.TokenSequence;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.sequence.VocabularyToken;
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
/// @param sequence the ids
/// @param spans what they are, and which rows of embeddings come in without an id
/// @param shown each id as a page shows it: text as text, a code by its number
/// @param meanings each id in words
public record MixedSequence(
    TokenSequence sequence, List<Span> spans, List<String> shown, List<String> meanings) {
  /// What ids of one kind are in a model.
  ///
  /// @param kind such as `text` or `image`
  /// @param from the position of the first id
  /// @param to one past the position of the last one; `from` where rows come in without an id
  /// @param rows of embeddings that the span becomes, where that is not one an id; else
  ///   [#ONE_AN_ID]
  public record Span(String kind, int from, int to, int rows) {
    static final int ONE_AN_ID = -1;

    /// How many ids.
    public int length() {
      return to - from;
    }

    /// Whether it becomes another number of rows than it has ids.
    public boolean hasRows() {
      return rows != ONE_AN_ID;
    }
  }

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
    List<Span> spans = new ArrayList<>();
    int next = 0;
    for (TokenSequence.Span span : sequence.spans()) {
      boolean isText = span.modality().equals(Part.TEXT);
      int rows = isText || inserted.isEmpty() ? Span.ONE_AN_ID : inserted.get(next++);
      spans.add(new Span(span.modality(), span.from(), span.to(), rows));
    }
    List<String> shown = new ArrayList<>();
    List<String> meanings = new ArrayList<>();
    for (int id : sequence.ids()) {
      Token token = describe.apply(id);
      shown.add(token.shown());
      meanings.add(token.meaning());
    }
    return new MixedSequence(sequence, List.copyOf(spans), shown, meanings);
  }

  /// The same with rows before all ids.
  MixedSequence behind(String kind, int rows) {
    List<Span> more = new ArrayList<>(List.of(new Span(kind, 0, 0, rows)));
    more.addAll(spans);
    return new MixedSequence(sequence, List.copyOf(more), shown, meanings);
  }

  /// The same with the first ids shown as one that stands for none of its own.
  MixedSequence withFirst(int count, Token token) {
    List<String> otherShown = new ArrayList<>(shown);
    List<String> otherMeanings = new ArrayList<>(meanings);
    for (int i = 0; i < count; i++) {
      otherShown.set(i, token.shown());
      otherMeanings.set(i, token.meaning());
    }
    return new MixedSequence(sequence, spans, otherShown, otherMeanings);
  }

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

  /// An id of a vocabulary with text, ranges and special tokens.
  static Token token(UnifiedVocabulary vocabulary, BpeTokenizer text, int id) {
    return switch (vocabulary.token(id)) {
      case VocabularyToken.Special(String name) -> new Token(name, name);
      case VocabularyToken.Code(String range, int code) when range.equals(UnifiedVocabulary.TEXT) ->
          text(text, code);
      case VocabularyToken.Code(String _, int code) ->
          new Token(String.valueOf(code), vocabulary.describe(id));
    };
  }

  /// As a line of the output has it.
  public Map<String, Object> fields(String system) {
    List<Object> shownSpans = new ArrayList<>();
    for (Span span : spans) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("modality", span.kind());
      fields.put("start", span.from());
      fields.put("end", span.to());
      if (span.hasRows()) {
        fields.put("rows", span.rows());
      }
      shownSpans.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("system", system);
    fields.put("length", sequence.length());
    fields.put("ids", sequence.ids());
    fields.put("spans", shownSpans);
    return fields;
  }
}
