package dev.tessera.benchmarks.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A JSON object: fields by name, in their order. Values are texts, Long, Double, Boolean, null,
/// lists, and objects. Immutable as long as what it was made of is left alone.
///
/// @param fields by name
public record JsonObject(Map<String, @Nullable Object> fields) {
  private static final JsonFactory FACTORY = new JsonFactory();

  /// No fields.
  public static JsonObject empty() {
    return new JsonObject(Map.of());
  }

  /// Reads a text that is one object.
  ///
  /// @throws IllegalArgumentException if it is anything else
  public static JsonObject parse(String text) {
    if (parseAny(text) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("expected a JSON object, found another value");
  }

  /// Reads a text that is a list of objects, as JMH writes them.
  ///
  /// @throws IllegalArgumentException if it is anything else
  public static List<JsonObject> parseList(String text) {
    if (parseAny(text) instanceof List<?> list) {
      return list.stream().map(element -> asObject("", element)).toList();
    }
    throw new IllegalArgumentException("expected a JSON list, found another value");
  }

  private static @Nullable Object parseAny(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      @Nullable Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("expected one JSON value, found more after it");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
    }
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("the text ends where a value was expected");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IOException("found " + token + " where a value was expected");
    };
  }

  private static JsonObject object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return new JsonObject(fields);
  }

  private static List<@Nullable Object> array(JsonParser parser) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }

  /// This object with one field more, or with another value of it.
  public JsonObject with(String name, @Nullable Object value) {
    Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new JsonObject(more);
  }

  /// Whether a field is there and not null.
  public boolean has(String name) {
    return fields.get(name) != null;
  }

  /// A text.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public String text(String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw missing(name, "a text");
  }

  /// A text that may be missing.
  public Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /// A number. JMH writes what is no number as the text `NaN`.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public double number(String name) {
    return switch (fields.get(name)) {
      case Number number -> number.doubleValue();
      case String text when text.equals("NaN") -> Double.NaN;
      case null, default -> throw missing(name, "a number");
    };
  }

  /// A number that may be missing.
  public double number(String name, double otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  /// An integer.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public long whole(String name) {
    if (fields.get(name) instanceof Long number) {
      return number;
    }
    throw missing(name, "an integer");
  }

  /// A truth value; false where it is missing.
  public boolean flag(String name) {
    return Boolean.TRUE.equals(fields.get(name));
  }

  /// An object.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public JsonObject object(String name) {
    return asObject(name, fields.get(name));
  }

  /// An object that may be missing; empty then.
  public JsonObject optionalObject(String name) {
    return has(name) ? object(name) : empty();
  }

  /// A list of objects; empty where it is missing.
  ///
  /// @throws IllegalArgumentException if the field is anything else
  public List<JsonObject> objects(String name) {
    return list(name).stream().map(element -> asObject(name, element)).toList();
  }

  /// A list of texts; empty where it is missing.
  public List<String> texts(String name) {
    return list(name).stream().map(String::valueOf).toList();
  }

  /// All numbers of a list of lists, as JMH's raw data are: a list a fork, a number an iteration.
  public List<Double> numbers(String name) {
    List<Double> numbers = new ArrayList<>();
    collect(list(name), numbers);
    return numbers;
  }

  private static void collect(List<?> list, List<Double> numbers) {
    for (Object element : list) {
      if (element instanceof Number number) {
        numbers.add(number.doubleValue());
      } else if (element instanceof List<?> inner) {
        collect(inner, numbers);
      }
    }
  }

  private List<?> list(String name) {
    if (!has(name)) {
      return List.of();
    }
    if (fields.get(name) instanceof List<?> list) {
      return list;
    }
    throw missing(name, "a list");
  }

  private static JsonObject asObject(String name, @Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw missing(name, "an object");
  }

  private static IllegalArgumentException missing(String name, String kind) {
    return new IllegalArgumentException("expected %s in the field `%s`".formatted(kind, name));
  }

  /// This object as a text of many lines. A number that JSON has no word for becomes null.
  @Override
  public String toString() {
    return text(true);
  }

  /// This object on one line.
  public String onOneLine() {
    return text(false);
  }

  private String text(boolean pretty) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      if (pretty) {
        generator.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      write(generator, this);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter throws none
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case JsonObject object -> write(generator, object.fields);
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          generator.writeFieldName(String.valueOf(entry.getKey()));
          write(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      case Collection<?> list -> {
        generator.writeStartArray();
        for (Object element : list) {
          write(generator, element);
        }
        generator.writeEndArray();
      }
      case Boolean truth -> generator.writeBoolean(truth);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Double number when Double.isFinite(number) -> generator.writeNumber(number);
      case Double _ -> generator.writeNull();
      default -> generator.writeString(value.toString());
    }
  }
}
