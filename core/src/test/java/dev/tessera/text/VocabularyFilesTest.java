package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ids, texts and places of vocabularies from files, against the references.
class VocabularyFilesTest {
  static List<String> files() {
    return List.of(
        "gpt2.json",
        "gpt2_prefix_space.json",
        "llama3.json",
        "qwen2.json",
        "several_splits.json",
        "digits.json",
        "punctuation.json",
        "missing_bytes.json",
        "missing_bytes_unknown.json",
        "llama2.json",
        "some_byte_fallback.json",
        "byte_fallback_fused.json",
        "metaspace_first.json",
        "metaspace_always.json",
        "metaspace_never.json",
        "normalized.json",
        "added_tokens.json",
        "split_behaviors.json",
        "sp_llama2.model",
        "sp_rules.model",
        "sp_suffix.model",
        "sp_no_prefix.model");
  }

  private static BpeTokenizer tokenizer(Backends backends, VocabularyFixture fixture)
      throws IOException {
    return BpeTokenizer.of(backends, fixture.vocabulary(), TextOptions.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("files")
  void idsAndTextsAreThoseOfTheReference(String name) throws IOException {
    VocabularyFixture fixture = VocabularyFixture.named(name);
    List<String> texts = VocabularyFixture.texts();
    assertThat(texts).hasSameSizeAs(fixture.expected()).hasSizeGreaterThan(300);
    for (String backend : List.of(Backends.AUTO, "scalar")) {
      try (Backends backends = Backends.open(backend, new BackendOptions(1));
          BpeTokenizer tokenizer = tokenizer(backends, fixture)) {
        assertThat(tokenizer.report().merging())
            .startsWith(backend.equals("scalar") ? "scalar" : "piece cache");
        for (int round = 0; round < 2; round++) { // the second from the cache
          for (int i = 0; i < texts.size(); i++) {
            int[] ids = tokenizer.encode(texts.get(i), fixture.specialTokens());
            assertThat(VocabularyFixture.line(ids, tokenizer.decode(ids)))
                .as("%s, text %d, '%s'", backend, i, texts.get(i))
                .isEqualTo(fixture.expected().get(i));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void idsComeWithTheirPlacesInTheText(String name) throws IOException {
    VocabularyFixture fixture = VocabularyFixture.named(name);
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = tokenizer(backends, fixture)) {
      for (String text : VocabularyFixture.texts()) {
        int[] ids = tokenizer.encode(text, fixture.specialTokens());
        EncodedText encoded = tokenizer.encodeWithOffsets(text, fixture.specialTokens());
        assertThat(encoded.ids()).as("'%s'", text).isEqualTo(ids);
        int utf8 = text.getBytes(StandardCharsets.UTF_8).length;
        for (int i = 0; i < ids.length; i++) {
          assertThat(encoded.byteStart(i)).as("'%s', %d", text, i).isBetween(0, utf8);
          assertThat(encoded.byteEnds()[i])
              .as("'%s', %d", text, i)
              .isBetween(encoded.byteStart(i), utf8);
          assertThat(encoded.charEnds()[i])
              .as("'%s', %d", text, i)
              .isBetween(encoded.charStarts()[i], text.length());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void idsDecodeAlikeOneByOne(String name) throws IOException {
    VocabularyFixture fixture = VocabularyFixture.named(name);
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = tokenizer(backends, fixture)) {
      for (String text : VocabularyFixture.texts()) {
        int[] ids = tokenizer.encode(text, fixture.specialTokens());
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        StringBuilder decoded = new StringBuilder();
        for (int id : ids) {
          decoded.append(decoder.add(id));
        }
        decoded.append(decoder.finish());
        assertThat(decoded.toString()).as("'%s'", text).isEqualTo(tokenizer.decode(ids));
      }
    }
  }

  @Test
  void placesReferToTheOriginal() throws IOException {
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = tokenizer(backends, VocabularyFixture.named("qwen2.json"))) {
      String text = "co\u0302te\u0301 x"; // composed to 4 characters
      EncodedText encoded = tokenizer.encodeWithOffsets(text, SpecialTokens.REFUSED);
      int last = encoded.ids().length - 1;
      assertThat(encoded.charStarts()[0]).isZero();
      assertThat(encoded.charStarts()[last]).isBetween(6, 7);
      assertThat(encoded.charEnds()[last]).isEqualTo(8);
      assertThat(encoded.byteEnds()[last]).isEqualTo(10);
    }
  }

  @Test
  void aPrefixEndsWhereACharacterDoes() throws IOException {
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = tokenizer(backends, VocabularyFixture.named("llama2.json"))) {
      String text = "🦉🦉"; // no tokens: eight of bytes behind the prefix
      int all = tokenizer.encode(text).length;
      assertThat(all).isGreaterThan(8);
      for (int most = 0; most <= all; most++) {
        TextPrefix prefix = tokenizer.encodePrefix(text, SpecialTokens.REFUSED, most);
        assertThat(prefix.ids().length).as("at most %d", most).isLessThanOrEqualTo(most);
        assertThat(prefix.chars()).as("at most %d", most).isIn(0L, 2L, 4L);
        assertThat(prefix.isWhole()).as("at most %d", most).isEqualTo(most == all);
      }
    }
  }

  @Test
  void specialTokensInTextAreRefusedUnlessAllowed() throws IOException {
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = tokenizer(backends, VocabularyFixture.named("qwen2.json"))) {
      assertThatThrownBy(() -> tokenizer.encode("é and <|end|>"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the special token <|end|> stands in the text at 6; allow it, or take it as text");
      assertThat(tokenizer.encode("a [tool] b")) // no special one: always found
          .contains(tokenizer.encode("[tool]")[0]);
      assertThat(tokenizer.encodeOrdinary("<|end|>")).hasSizeGreaterThan(1);
      assertThat(tokenizer.encode("<|end|>", SpecialTokens.ALLOWED)).hasSize(1);
    }
  }

  @Test
  void templatesAreAppliedOnDemand() throws IOException {
    TokenTemplate llama2 = VocabularyFixture.named("llama2.json").vocabulary().template();
    assertThat(llama2.apply(new int[] {7, 8})).containsExactly(1, 7, 8);
    assertThat(llama2.apply(new int[] {7}, new int[] {9})).containsExactly(1, 7, 1, 9);
    TokenTemplate llama3 = VocabularyFixture.named("llama3.json").vocabulary().template();
    assertThat(llama3.apply(new int[] {7}, new int[] {9})).containsExactly(0, 7, 1, 9, 1);
    TokenTemplate gpt2 = VocabularyFixture.named("gpt2.json").vocabulary().template();
    assertThat(gpt2.apply(new int[] {7})).containsExactly(7);
  }

  @Test
  void vocabulariesTellTheirTokens() throws IOException {
    BpeVocabulary vocabulary = VocabularyFixture.named("gpt2.json").vocabulary();
    assertThat(vocabulary.specialTokens()).containsExactlyEntriesOf(java.util.Map.of("<|end|>", 0));
    int id = vocabulary.id(" the".getBytes(StandardCharsets.UTF_8)).orElseThrow();
    assertThat(vocabulary.bytes(id)).asString(StandardCharsets.UTF_8).isEqualTo(" the");
    assertThat(vocabulary.bytes(0)).asString(StandardCharsets.UTF_8).isEqualTo("<|end|>");
    assertThat(vocabulary.id("no such token".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(vocabulary.size()).isEqualTo(vocabulary.bytes(599).length > 0 ? 600 : 0);
  }

  @Test
  void thePrefixAfterSpecialTokensIsAChoice() throws IOException {
    VocabularyFixture fixture = VocabularyFixture.named("sp_llama2.model");
    int[] legacy = ids(BpeVocabulary.sentencePiece(fixture.file(), true), "the</s>the");
    int[] current = ids(BpeVocabulary.sentencePiece(fixture.file(), false), "the</s>the");
    int[] word = ids(fixture.vocabulary(), "the");
    assertThat(legacy).startsWith(word).endsWith(word).hasSize(2 * word.length + 1);
    assertThat(current).startsWith(word).isNotEqualTo(legacy);
  }

  private static int[] ids(BpeVocabulary vocabulary, String text) {
    try (Backends backends = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer tokenizer = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT)) {
      return tokenizer.encode(text, SpecialTokens.ALLOWED);
    }
  }
}
