package dev.tessera.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the `model` of a `tokenizer.json`: vocabulary and merges as they come, since they are
/// long, the rest as [Settings].
final class BpeModelJson {
  static final int MOST_TOKENS = 1 << 21;
  private static final int MOST_MERGES = (1 << 22) - 1;

  private final String file;
  private final JsonValues values;
  private final JsonParser json;
  private final Map<String, @Nullable Object> rest = new LinkedHashMap<>();
  private @Nullable Map<String, Integer> vocabulary;
  private @Nullable List<String> merges; // left, right, left, ...

  BpeModelJson(String file, JsonValues values) {
    this.file = file;
    this.values = values;
    this.json = values.json();
  }

  /// The model that the current token begins.
  TokenizerJson.Model parse() throws IOException {
    values.expect(JsonToken.START_OBJECT, "an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "vocab" -> {
          refuseAgain(name, vocabulary != null);
          if (json.currentToken() == JsonToken.START_ARRAY) {
            throw unsupported("a Unigram model");
          }
          vocabulary = parseVocabulary();
        }
        case "merges" -> {
          refuseAgain(name, merges != null);
          merges = parseMerges();
        }
        default -> {
          refuseAgain(name, rest.containsKey(name));
          rest.put(name, values.value());
          refuseOtherType();
        }
      }
    }
    Settings settings = new Settings(file + ": model", rest);
    if (vocabulary == null || merges == null) {
      String type = settings.string("type", "");
      throw type.isEmpty() || type.equals("BPE")
          ? settings.error(
              "a model with 'vocab' and 'merges'",
              "no " + (vocabulary == null ? "'vocab'" : "'merges'"))
          : unsupported("the model " + FormatException.quote(type));
    }
    return model(settings, vocabulary, merges);
  }

  private void refuseOtherType() throws FormatException {
    if (rest.get("type") instanceof String type && !type.equals("BPE")) {
      throw unsupported("the model " + FormatException.quote(type));
    }
  }

  private FormatException unsupported(String what) {
    return new FormatException(
        file + ": model: asks for " + what + ", which Tessera does not have; it has BPE");
  }

  private void refuseAgain(String name, boolean again) throws FormatException {
    if (again) {
      throw values.error("each name once", FormatException.quote(name) + " again");
    }
  }

  private Map<String, Integer> parseVocabulary() throws IOException {
    values.expect(JsonToken.START_OBJECT, "an object");
    Map<String, Integer> ids = HashMap.newHashMap(1 << 16);
    long[] taken = new long[MOST_TOKENS / Long.SIZE];
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String token = json.currentName();
      json.nextToken();
      values.expect(JsonToken.VALUE_NUMBER_INT, "the id of a token");
      long id = json.getNumberType() == JsonParser.NumberType.INT ? json.getIntValue() : -1;
      if (id < 0 || id >= MOST_TOKENS) {
        throw values.error("an id of 0 to " + (MOST_TOKENS - 1), json.getText());
      }
      if ((taken[(int) (id >> 6)] >> id & 1) != 0) {
        throw values.error("each id once", id + " again, of " + FormatException.quote(token));
      }
      taken[(int) (id >> 6)] |= 1L << id;
      if (ids.put(token, (int) id) != null) {
        throw values.error("each token once", FormatException.quote(token) + " again");
      }
    }
    return ids;
  }

  private List<String> parseMerges() throws IOException {
    values.expect(JsonToken.START_ARRAY, "an array of merges");
    List<String> pairs = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (pairs.size() == 2 * MOST_MERGES) {
        throw values.error("at most " + MOST_MERGES + " merges", "more");
      }
      if (json.currentToken() == JsonToken.START_ARRAY) {
        pairs.add(element());
        pairs.add(element());
        json.nextToken();
        values.expect(JsonToken.END_ARRAY, "two tokens");
      } else {
        values.expect(JsonToken.VALUE_STRING, "two tokens");
        String pair = json.getText();
        int space = pair.indexOf(' ');
        if (space < 0 || pair.indexOf(' ', space + 1) >= 0) {
          throw values.error("two tokens and a space between them", FormatException.quote(pair));
        }
        pairs.add(pair.substring(0, space));
        pairs.add(pair.substring(space + 1));
      }
    }
    return pairs;
  }

  private String element() throws IOException {
    json.nextToken();
    values.expect(JsonToken.VALUE_STRING, "two tokens");
    return json.getText();
  }

  private TokenizerJson.Model model(Settings settings, Map<String, Integer> ids, List<String> pairs)
      throws FormatException {
    String type = settings.string("type", "BPE");
    if (!type.equals("BPE")) {
      throw unsupported("the model " + FormatException.quote(type));
    }
    if (settings.has("dropout")) {
      throw settings.unsupported("'dropout', which makes ids random");
    }
    String prefix = settings.string("continuing_subword_prefix", "");
    if (!prefix.isEmpty()) {
      throw settings.unsupported(
          "the 'continuing_subword_prefix' " + FormatException.quote(prefix));
    }
    String suffix = settings.string("end_of_word_suffix", "");
    if (!suffix.isEmpty()) {
      throw settings.unsupported("the 'end_of_word_suffix' " + FormatException.quote(suffix));
    }
    String unknown = settings.has("unk_token") ? settings.string("unk_token") : null;
    boolean byteFallback = settings.flag("byte_fallback", false);
    boolean fuseUnknown = settings.flag("fuse_unk", false);
    boolean ignoreMerges = settings.flag("ignore_merges", false);
    settings.refuseOthers();
    if (unknown != null && !ids.containsKey(unknown)) {
      throw settings.error(
          "'unk_token' to be in the vocabulary", FormatException.quote(unknown) + ", which is not");
    }
    int merges = pairs.size() / 2;
    int[] left = new int[merges];
    int[] right = new int[merges];
    int[] merged = new int[merges];
    for (int i = 0; i < merges; i++) {
      String first = pairs.get(2 * i);
      String second = pairs.get(2 * i + 1);
      left[i] = id(settings, ids, i, first);
      right[i] = id(settings, ids, i, second);
      merged[i] = id(settings, ids, i, first + second);
    }
    return new TokenizerJson.Model(
        ids, left, right, merged, unknown, byteFallback, fuseUnknown, ignoreMerges);
  }

  private static int id(Settings settings, Map<String, Integer> ids, int merge, String token)
      throws FormatException {
    Integer id = ids.get(token);
    if (id == null) {
      throw settings.error(
          "the tokens of merge " + merge + " to be in the vocabulary",
          FormatException.quote(token) + ", which is not");
    }
    return id;
  }

  /// The tokens by their ids; null where there is none.
  static @Nullable String[] byId(Map<String, Integer> ids) {
    int most = -1;
    for (int id : ids.values()) {
      most = Math.max(most, id);
    }
    @Nullable String[] tokens = new @Nullable String[most + 1];
    Arrays.fill(tokens, null);
    ids.forEach((token, id) -> tokens[id] = token);
    return tokens;
  }
}
