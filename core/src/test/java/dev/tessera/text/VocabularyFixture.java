package dev.tessera.text;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Vocabularies that `make_fixtures.py` has made, and what Hugging Face's tokenizers 0.23.2 and
/// SentencePiece 0.2.2 make of the texts beside them: a hash of the ids and one of what they decode
/// to.
///
/// @param file the vocabulary
/// @param expected a line for each text
record VocabularyFixture(Path file, List<String> expected) {
  private static final int HASH_BYTES = 8;

  static VocabularyFixture named(String name) throws IOException {
    String expected = name.substring(0, name.lastIndexOf('.')) + ".expected";
    return new VocabularyFixture(path(name), Files.readAllLines(path(expected)));
  }

  static Path path(String name) {
    try {
      return Path.of(
          requireNonNull(VocabularyFixture.class.getResource("vocabularies/" + name), "no " + name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The texts that all vocabularies were asked about.
  static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(path("texts.json").toFile())) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          texts.add(json.getText());
        }
      }
    }
    return texts;
  }

  boolean isSentencePiece() {
    return file.toString().endsWith(".model");
  }

  BpeVocabulary vocabulary() throws IOException {
    return isSentencePiece()
        ? BpeVocabulary.sentencePiece(file)
        : BpeVocabulary.tokenizerJson(file);
  }

  /// Special tokens as the reference takes them: Hugging Face's finds them, SentencePiece does not.
  SpecialTokens specialTokens() {
    return isSentencePiece() ? SpecialTokens.AS_TEXT : SpecialTokens.ALLOWED;
  }

  /// The line that is expected of a text.
  static String line(int[] ids, String decoded) {
    String joined = Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(","));
    return Stream.of(joined, decoded).map(VocabularyFixture::hash).collect(Collectors.joining(" "));
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
