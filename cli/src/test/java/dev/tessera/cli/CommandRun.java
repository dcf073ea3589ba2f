package dev.tessera.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run of the command line in this JVM, and what came of it.
record CommandRun(int status, String out, String err) {
  static CommandRun of(Object... arguments) {
    return run(false, arguments);
  }

  /// As if someone watched standard error.
  static CommandRun onTerminal(Object... arguments) {
    return run(true, arguments);
  }

  private static CommandRun run(boolean terminal, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int status =
        Main.run(
            texts, new Console(new PrintWriter(out, true), new PrintWriter(err, true), terminal));
    return new CommandRun(status, out.toString(), err.toString());
  }

  /// The scalar fields of the JSON object on standard output, those of nested ones left out.
  Map<String, String> json() throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(out)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token.isScalarValue() && depth == 1) {
          fields.put(parser.currentName(), parser.getText());
        }
      }
    }
    return fields;
  }
}
