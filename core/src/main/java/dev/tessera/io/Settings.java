package dev.tessera.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An object of a JSON file, to be asked for its values by their names; each must be of the kind
/// that is asked for. [#refuseOthers] then refuses what nobody has asked for, so that nothing that
/// a file demands is passed over. Not thread-safe.
public final class Settings {
  private final String path;
  private final Map<String, @Nullable Object> values;
  private final Set<String> asked = new TreeSet<>();

  /// @param path the file and where in it the object stands
  /// @param values strings, Boolean, Long, Double, null, maps and lists of the same
  Settings(String path, Map<String, @Nullable Object> values) {
    this.path = path;
    this.values = values;
  }

  /// The file and where in it the object stands.
  public String path() {
    return path;
  }

  /// Whether there is a value of that name which is not null.
  public boolean has(String name) {
    asked.add(name);
    return values.get(name) != null;
  }

  private @Nullable Object value(String name) {
    asked.add(name);
    return values.get(name);
  }

  /// A string.
  ///
  /// @throws FormatException if there is none of that name
  public String string(String name) throws FormatException {
    return value(name) instanceof String text ? text : refuse(name, "a string");
  }

  /// A string, or `otherwise` where there is nothing or null.
  public String string(String name, String otherwise) throws FormatException {
    return has(name) ? string(name) : otherwise;
  }

  /// `true` or `false`, or `otherwise` where there is nothing or null.
  public boolean flag(String name, boolean otherwise) throws FormatException {
    if (!has(name)) {
      return otherwise;
    }
    return value(name) instanceof Boolean flag ? flag : refuse(name, "true or false");
  }

  /// A number of at least 0, below 2^31.
  public int integer(String name) throws FormatException {
    boolean fits = value(name) instanceof Long number && number >= 0 && number == number.intValue();
    return fits && value(name) instanceof Long number
        ? number.intValue()
        : refuse(name, "an integer of at least 0");
  }

  /// An object.
  public Settings object(String name) throws FormatException {
    return settings(value(name), name, "an object");
  }

  /// An array of objects.
  public List<Settings> objects(String name) throws FormatException {
    List<Settings> objects = new ArrayList<>();
    if (!(value(name) instanceof List<?> list)) {
      return refuse(name, "an array of objects");
    }
    for (Object element : list) {
      objects.add(settings(element, name + "[" + objects.size() + "]", "an object"));
    }
    return objects;
  }

  /// An array of strings.
  public List<String> strings(String name) throws FormatException {
    List<String> strings = new ArrayList<>();
    if (!(value(name) instanceof List<?> list)) {
      return refuse(name, "an array of strings");
    }
    for (Object element : list) {
      strings.add(element instanceof String text ? text : refuse(name, "an array of strings"));
    }
    return strings;
  }

  /// An array of integers of at least 0.
  public List<Integer> integers(String name) throws FormatException {
    List<Integer> integers = new ArrayList<>();
    if (!(value(name) instanceof List<?> list)) {
      return refuse(name, "an array of integers");
    }
    for (Object element : list) {
      integers.add(
          element instanceof Long number && number >= 0 && number == number.intValue()
              ? number.intValue()
              : refuse(name, "an array of integers of at least 0"));
    }
    return integers;
  }

  /// The names of the values, in the order of the file.
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  private Settings settings(@Nullable Object value, String name, String expected)
      throws FormatException {
    if (!(value instanceof Map<?, ?> map)) {
      return refuse(name, expected);
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      copy.put((String) entry.getKey(), entry.getValue());
    }
    return new Settings(path + "." + name, copy);
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // it always throws
  private <T> T refuse(String name, String expected) throws FormatException {
    throw error(expected + " as " + FormatException.quote(name), show(values.get(name)));
  }

  private static String show(@Nullable Object value) {
    return value == null ? "none" : FormatException.quote(value.toString());
  }

  /// The message that this object should hold `expected` and holds `found`.
  public FormatException error(String expected, String found) {
    return new FormatException(path + ": expected " + expected + ", found " + found);
  }

  /// The message that `what` is asked for and is not there to be had.
  public FormatException unsupported(String what) {
    return new FormatException(path + ": asks for " + what + ", which Tessera does not have");
  }

  /// Refuses values that were not asked for, unless they are null.
  ///
  /// @throws FormatException if there is one; names it
  public void refuseOthers() throws FormatException {
    for (Map.Entry<String, @Nullable Object> entry : values.entrySet()) {
      if (!asked.contains(entry.getKey()) && entry.getValue() != null) {
        throw unsupported(FormatException.quote(entry.getKey()));
      }
    }
  }
}
