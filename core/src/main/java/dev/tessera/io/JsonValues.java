package dev.tessera.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON values as maps, lists, strings, Long, Double, Boolean and null, no more than so many
/// of them in all; and says where in the file an error is.
final class JsonValues {
  /// Beside vocabulary and merges; a large file has some thousands.
  private static final int MOST_VALUES = 1 << 22;

  private final String file;
  private final JsonParser json;
  private int values;

  JsonValues(String file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  JsonParser json() {
    return json;
  }

  /// The value that the current token begins.
  @Nullable Object value() throws IOException {
    if (++values > MOST_VALUES) {
      throw error("at most " + MOST_VALUES + " values", "more");
    }
    JsonToken token = json.currentToken();
    if (token == null) {
      throw error("a value", "the end of the file");
    }
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT -> {
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw error("an integer below 2^63", json.getText());
        }
        yield json.getLongValue();
      }
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      default -> throw error("a value", found());
    };
  }

  private Map<String, @Nullable Object> object() throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (object.containsKey(name)) {
        throw error("each name once", FormatException.quote(name) + " again");
      }
      json.nextToken();
      object.put(name, value());
    }
    return object;
  }

  private List<@Nullable Object> array() throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      array.add(value());
    }
    return array;
  }

  void expect(JsonToken wanted, String what) throws IOException {
    if (json.currentToken() != wanted) {
      throw error(what, found());
    }
  }

  private String found() throws IOException {
    return json.currentToken() == null
        ? "the end of the file"
        : FormatException.quote(json.getText());
  }

  /// Names the line and the column of the current token.
  FormatException error(String expected, String found) {
    return new FormatException(
        "%s, line %d, column %d: expected %s, found %s"
            .formatted(
                file,
                json.currentTokenLocation().getLineNr(),
                json.currentTokenLocation().getColumnNr(),
                expected,
                found));
  }
}
