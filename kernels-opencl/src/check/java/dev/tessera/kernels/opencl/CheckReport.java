package dev.tessera.kernels.opencl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a check on a GPU found: lines for people, printed as they come, and the same figures for
/// programs. Both end in one folder: `report.txt` and `report.json`.
final class CheckReport {
  private final PrintStream out;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();

  CheckReport(PrintStream out) {
    this.out = out;
  }

  /// A line of the text.
  void say(String format, Object... arguments) {
    String line = arguments.length == 0 ? format : format.formatted(arguments);
    out.println(line);
    out.flush();
    text.append(line).append('\n');
  }

  /// A value of the JSON: a number, a text, a boolean, a list or a map of such.
  void put(String name, Object value) {
    values.put(name, value);
  }

  /// Something is wrong; the check goes on, and fails in the end.
  void fail(String what) {
    failures.add(what);
    say("FAILED: %s", what);
  }

  List<String> failures() {
    return failures;
  }

  /// Writes both files.
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    put("failures", List.copyOf(failures));
    Files.writeString(folder.resolve("report.txt"), text);
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(
                Files.newBufferedWriter(folder.resolve("report.json"), StandardCharsets.UTF_8))) {
      json.useDefaultPrettyPrinter();
      write(json, values);
    }
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(String.valueOf(entry.getKey()));
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      default -> json.writeString(value.toString());
    }
  }
}
