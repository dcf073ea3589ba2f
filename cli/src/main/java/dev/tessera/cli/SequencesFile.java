package dev.tessera.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tessera.cli.recipe.Part;
import dev.tessera.io.FormatException;
import dev.tessera.io.TensorLocation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file of sequences, one a line: an array of parts, each of them an object of a kind and its
/// value, as in `[{"text": "What is "}, {"image": "cat.npy"}]`. Files are relative to its folder.
/// Read line by line.
final class SequencesFile implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String EXAMPLE = "[{\"text\": \"What is \"}, {\"image\": \"cat.npy\"}]";

  private final Path file;
  private final List<String> kinds;
  private final BufferedReader lines;
  private int line;

  private SequencesFile(Path file, List<String> kinds, BufferedReader lines) {
    this.file = file;
    this.kinds = kinds;
    this.lines = lines;
  }

  /// @param kinds of parts that sequences may have
  static SequencesFile open(Path file, List<String> kinds) throws IOException {
    return new SequencesFile(file, kinds, Files.newBufferedReader(file));
  }

  /// Where the last sequence stood, as in `prompts.jsonl, line 3`.
  String place() {
    return file + ", line " + line;
  }

  /// The parts of the next sequence; null behind the last one.
  ///
  /// @throws FormatException if the line has none: says what was expected
  @Nullable List<Part> next() throws IOException {
    line++;
    String text;
    try {
      text = lines.readLine();
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": expected UTF-8, found other bytes", e);
    }
    if (text == null) {
      return null;
    }
    try (JsonParser json = JSON.createParser(text)) {
      return parts(json);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s: expected JSON as in %s, found that %s"
              .formatted(place(), EXAMPLE, e.getOriginalMessage()),
          e);
    }
  }

  private List<Part> parts(JsonParser json) throws IOException {
    expect(json.nextToken() == JsonToken.START_ARRAY, json, "an array of parts, as in " + EXAMPLE);
    List<Part> parts = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      parts.add(part(json, parts.size()));
    }
    expect(!parts.isEmpty(), json, "at least one part, as in " + EXAMPLE);
    expect(json.nextToken() == null, json, "the end of the line");
    return parts;
  }

  private Part part(JsonParser json, int place) throws IOException {
    String expected = "an object of a kind and a text as part " + (place + 1);
    expect(json.currentToken() == JsonToken.START_OBJECT, json, expected);
    expect(json.nextToken() == JsonToken.FIELD_NAME, json, expected);
    String kind = json.currentName();
    expect(kinds.contains(kind), json, String.join(" or ", kinds) + " as part " + (place + 1));
    expect(json.nextToken() == JsonToken.VALUE_STRING, json, expected);
    Part part = new Part(place, kind, json.getText());
    expect(json.nextToken() == JsonToken.END_OBJECT, json, "one kind in part " + (place + 1));
    return part.isFile() ? new Part(place, kind, besides(part.value())) : part;
  }

  /// A file by its name in the folder of this one.
  private String besides(String value) {
    try {
      TensorLocation location = TensorLocation.parse(value);
      return new TensorLocation(file.resolveSibling(location.file()), location.name()).toString();
    } catch (IllegalArgumentException e) {
      return file.resolveSibling(value).toString(); // an image
    }
  }

  private void expect(boolean holds, JsonParser json, String what) throws IOException {
    if (!holds) {
      String text = json.currentToken() == null ? null : json.getText();
      throw new FormatException(
          "%s: expected %s, found %s"
              .formatted(
                  place(), what, text == null ? "nothing more" : FormatException.quote(text)));
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
