package dev.tessera.cli.recipe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What can be chosen about a system: `--name VALUE` of its command.
///
/// @param name without the dashes
/// @param type of the value: String, Integer, Double, or Boolean for a switch
/// @param value what it is unless told otherwise; null for none
/// @param meaning what it decides
/// @param choices all values, or none where any will do
/// @param example its value in the example; null for the one that it has anyway
public record Setting(
    String name,
    Class<?> type,
    @Nullable String value,
    String meaning,
    List<String> choices,
    @Nullable String example) {
  static Setting choice(String name, String meaning, String... choices) {
    return new Setting(name, String.class, choices[0], meaning, List.of(choices), null);
  }

  static Setting text(String name, String value, String meaning) {
    return new Setting(name, String.class, value, meaning, List.of(), null);
  }

  static Setting integer(String name, int value, String meaning) {
    return new Setting(name, Integer.class, "" + value, meaning, List.of(), null);
  }

  static Setting number(String name, double value, String meaning) {
    return new Setting(name, Double.class, "" + value, meaning, List.of(), null);
  }

  static Setting flag(String name, String meaning) {
    return new Setting(name, Boolean.class, null, meaning, List.of(), null);
  }

  Setting inExample(String other) {
    return new Setting(name, type, value, meaning, choices, other);
  }
}
