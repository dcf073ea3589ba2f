package dev.tessera.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A `tokenizer.json`, as Hugging Face's tokenizers write it, with a BPE model. What it asks for
/// and no reader knows is refused by its name. Immutable but for its [Settings].
///
/// @param addedTokens in the order of the file
/// @param normalizer what is done to text first, or null
/// @param preTokenizer how text is cut into pieces, or null
/// @param postProcessor what is put around the ids, or null
/// @param decoder how tokens become text, or null
/// @param model the vocabulary and its merges
public record TokenizerJson(
    List<AddedToken> addedTokens,
    @Nullable Settings normalizer,
    @Nullable Settings preTokenizer,
    @Nullable Settings postProcessor,
    @Nullable Settings decoder,
    Model model) {
  /// Six levels are usual; a Sequence in a Sequence takes three more.
  private static final int MOST_DEPTH = 100;

  /// Three times the longest known.
  private static final long MOST_FILE_BYTES = 128L << 20;

  /// The longest known string is the character map of a normalizer, some 400 KB.
  private static final int LONGEST_STRING = 8 << 20;

  /// A token that is found in text before any other step.
  ///
  /// @param id its id
  /// @param content its text
  /// @param singleWord whether it must not touch a word character
  /// @param stripLeft whether it takes the white space before it along
  /// @param stripRight whether it takes the white space behind it along
  /// @param normalized whether it is looked for in normalized text
  /// @param special whether it is a special token
  public record AddedToken(
      int id,
      String content,
      boolean singleWord,
      boolean stripLeft,
      boolean stripRight,
      boolean normalized,
      boolean special) {}

  /// A BPE model. The arrays are shared, and nobody writes to them.
  ///
  /// @param ids the id of each token, no two the same
  /// @param left `[merges]`, the left token of each merge, in the order in which they apply
  /// @param right `[merges]`, the right one
  /// @param merged `[merges]`, what they make
  /// @param unknownToken the token of what has none, or null
  /// @param byteFallback whether a character without a token becomes tokens `<0x..>`
  /// @param fuseUnknown whether unknown tokens beside each other become one
  /// @param ignoreMerges whether a piece that is a token is taken whole
  @SuppressWarnings("ArrayRecordComponent") // shared by those who know
  public record Model(
      Map<String, Integer> ids,
      int[] left,
      int[] right,
      int[] merged,
      @Nullable String unknownToken,
      boolean byteFallback,
      boolean fuseUnknown,
      boolean ignoreMerges) {
    /// The tokens by their ids; null where there is none.
    public @Nullable String[] tokens() {
      return BpeModelJson.byId(ids);
    }
  }

  /// Reads `file`.
  ///
  /// @throws FormatException if it is no such file, or asks for what Tessera does not have
  public static TokenizerJson read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    if (Files.size(file) > MOST_FILE_BYTES) {
      throw new FormatException(
          "%s: expected a tokenizer.json of at most %d bytes, found %d"
              .formatted(file, MOST_FILE_BYTES, Files.size(file)));
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return read(in, file.toString());
    }
  }

  /// Reads `in` to its end.
  ///
  /// @param name what messages call it
  /// @throws FormatException as [#read(Path)]
  public static TokenizerJson read(InputStream in, String name) throws IOException {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MOST_DEPTH)
            .maxDocumentLength(MOST_FILE_BYTES)
            .maxStringLength(LONGEST_STRING)
            .maxNameLength(LONGEST_STRING)
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            // names are tokens, hundreds of thousands: a table of them gains nothing
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(limits)
            .build();
    try (JsonParser json = factory.createParser(in)) {
      return new Reader(name, json).parse();
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : ", line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new FormatException(
          name + where + ": expected JSON, found " + e.getOriginalMessage(), e);
    }
  }

  /// Reads the outermost object.
  private static final class Reader {
    private final String file;
    private final JsonParser json;
    private final JsonValues values;
    private final Map<String, @Nullable Object> rest = new LinkedHashMap<>();
    private @Nullable Model model;

    Reader(String file, JsonParser json) {
      this.file = file;
      this.json = json;
      this.values = new JsonValues(file, json);
    }

    TokenizerJson parse() throws IOException {
      json.nextToken();
      values.expect(JsonToken.START_OBJECT, "an object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (rest.containsKey(name) || (name.equals("model") && model != null)) {
          throw values.error("each name once", FormatException.quote(name) + " again");
        }
        json.nextToken();
        if (name.equals("model")) {
          model = new BpeModelJson(file, values).parse();
        } else {
          rest.put(name, values.value());
        }
      }
      if (json.nextToken() != null) {
        throw values.error("only spaces behind the last '}'", "more");
      }
      Settings all = new Settings(file, rest);
      if (model == null) {
        throw all.error("a 'model'", "none");
      }
      if (all.has("version") && !all.string("version").equals("1.0")) {
        throw all.error("the version '1.0'", FormatException.quote(all.string("version")));
      }
      TokenizerJson read =
          new TokenizerJson(
              all.has("added_tokens") ? addedTokens(all.objects("added_tokens")) : List.of(),
              optional(all, "normalizer"),
              optional(all, "pre_tokenizer"),
              optional(all, "post_processor"),
              optional(all, "decoder"),
              model);
      all.refuseOthers();
      return read;
    }

    private static @Nullable Settings optional(Settings all, String name) throws FormatException {
      return all.has(name) ? all.object(name) : null;
    }

    private static List<AddedToken> addedTokens(List<Settings> objects) throws FormatException {
      List<AddedToken> tokens = new ArrayList<>();
      Set<String> contents = new HashSet<>();
      for (Settings object : objects) {
        AddedToken token =
            new AddedToken(
                object.integer("id"),
                object.string("content"),
                object.flag("single_word", false),
                object.flag("lstrip", false),
                object.flag("rstrip", false),
                object.flag("normalized", true),
                object.flag("special", false));
        object.refuseOthers();
        if (token.id() >= BpeModelJson.MOST_TOKENS) {
          throw object.error(
              "an id of 0 to " + (BpeModelJson.MOST_TOKENS - 1), Integer.toString(token.id()));
        }
        if (!contents.add(token.content())) {
          throw object.error("each token once", FormatException.quote(token.content()) + " again");
        }
        tokens.add(token);
      }
      return List.copyOf(tokens);
    }
  }
}
