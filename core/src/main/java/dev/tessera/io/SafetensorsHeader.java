package dev.tessera.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the JSON object that begins at byte 8 of a `.safetensors` file: `__metadata__`, strings to
/// strings, and for each tensor exactly `dtype`, `shape` and `data_offsets`. No name stands twice.
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";
  static final int JSON_OFFSET = 8;

  /// The object, a tensor in it, an array in that.
  private static final int MAX_DEPTH = 3;

  /// A tensor as the header describes it.
  ///
  /// @param headerAt the byte of the file at which its name stands
  /// @param begin the first byte, counted from the end of the header
  /// @param end the byte behind the last one
  record Entry(String name, long headerAt, ElementType type, Shape shape, long begin, long end) {}

  private final FileBytes file;
  private final JsonParser json;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private @Nullable Map<String, String> metadata;

  private SafetensorsHeader(FileBytes file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  static SafetensorsHeader parse(FileBytes file, byte[] text) throws FormatException {
    JsonFactory factory =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    try (JsonParser json = factory.createParser(text)) {
      SafetensorsHeader header = new SafetensorsHeader(file, json);
      header.parseTensors();
      return header;
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw file.error(JSON_OFFSET + at, "JSON", e.getOriginalMessage());
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw new FormatException(file.name() + ": expected a JSON header, found " + e, e);
    }
  }

  /// The tensors, in the order of the header.
  List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  Map<String, String> metadata() {
    return metadata == null ? Map.of() : metadata;
  }

  private void parseTensors() throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      long at = position();
      if (name.equals(METADATA) ? metadata != null : entries.containsKey(name)) {
        throw file.error(at, "each name once", FormatException.quote(name) + " again");
      }
      expect(json.nextToken(), JsonToken.START_OBJECT, "an object");
      if (name.equals(METADATA)) {
        metadata = parseMetadata();
      } else {
        entries.put(name, parseEntry(name, at));
      }
    }
    if (json.nextToken() != null) {
      throw file.error(position(), "only spaces behind the header's '}'", found());
    }
  }

  private Map<String, String> parseMetadata() throws IOException {
    Map<String, String> strings = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      long at = position();
      expect(json.nextToken(), JsonToken.VALUE_STRING, "a string");
      if (strings.put(key, json.getText()) != null) {
        throw file.error(at, "each name once", FormatException.quote(key) + " again");
      }
    }
    return strings;
  }

  private Entry parseEntry(String name, long at) throws IOException {
    ElementType type = null;
    Shape shape = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      long keyAt = position();
      json.nextToken();
      boolean again;
      switch (key) {
        case "dtype" -> {
          again = type != null;
          type = parseType();
        }
        case "shape" -> {
          again = shape != null;
          shape = parseShape();
        }
        case "data_offsets" -> {
          again = offsets != null;
          offsets = parseIntegers(2);
        }
        default ->
            throw file.error(
                keyAt, "'dtype', 'shape' or 'data_offsets'", FormatException.quote(key));
      }
      if (again) {
        throw file.error(keyAt, "each name once", FormatException.quote(key) + " again");
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw file.error(
          at, "'dtype', 'shape' and 'data_offsets'", "fewer in " + FormatException.quote(name));
    }
    if (offsets.length != 2) {
      throw file.error(at, "two data_offsets", Arrays.toString(offsets));
    }
    return new Entry(name, at, type, shape, offsets[0], offsets[1]);
  }

  private ElementType parseType() throws IOException {
    expect(json.currentToken(), JsonToken.VALUE_STRING, "a string");
    Optional<ElementType> type = ElementType.ofName(json.getText());
    if (type.isEmpty()) {
      throw file.error(
          position(),
          "one of the dtypes " + Arrays.toString(ElementType.values()),
          FormatException.quote(json.getText()));
    }
    return type.get();
  }

  private Shape parseShape() throws IOException {
    long at = position();
    long[] axes = parseIntegers(Shape.MAX_RANK);
    try {
      return new Shape(axes);
    } catch (ArithmeticException e) {
      throw file.error(at, "a shape of less than 2^57 elements", Arrays.toString(axes));
    }
  }

  private long[] parseIntegers(int most) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, "an array");
    long[] integers = new long[most];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, "an integer");
      if (count == most) {
        throw file.error(position(), "at most " + most + " integers", "more");
      }
      long integer = json.getLongValue();
      if (integer < 0) {
        throw file.error(position(), "an integer of at least 0", Long.toString(integer));
      }
      integers[count++] = integer;
    }
    return Arrays.copyOf(integers, count);
  }

  private void expect(@Nullable JsonToken found, JsonToken wanted, String what) throws IOException {
    if (found != wanted) {
      throw file.error(position(), what, found());
    }
  }

  private String found() throws IOException {
    JsonToken token = json.currentToken();
    return token == null ? "the end of the header" : FormatException.quote(json.getText());
  }

  /// The byte of the file at which the current token begins.
  private long position() {
    return JSON_OFFSET + Math.max(0, json.currentTokenLocation().getByteOffset());
  }
}
