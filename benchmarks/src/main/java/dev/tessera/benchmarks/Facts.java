package dev.tessera.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a fork tells of a benchmark beside its times, such as how many edges a drawn graph has and
/// which kernel served: lines `name=value` in the file that the system property [#FILE] names.
/// Without that property nothing is told.
public final class Facts {
  /// The system property that names the file.
  public static final String FILE = "tessera.benchmarks.facts";

  private Facts() {}

  /// Tells a fact. The last of a name counts.
  static void tell(String name, Object value) {
    @Nullable String file = System.getProperty(FILE);
    if (file == null) {
      return;
    }
    String line = name + "=" + String.valueOf(value).lines().findFirst().orElse("") + "\n";
    try {
      Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads the facts that forks told; none if they told nothing.
  ///
  /// @throws IOException if the file cannot be read
  public static Map<String, String> read(Path file) throws IOException {
    Map<String, String> facts = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        facts.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return facts;
  }
}
