package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.Facts;
import dev.tessera.benchmarks.Suite;
import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Result;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs the suites for one case, in JVMs of their own.
///
/// @param processes starts them
/// @param flags of the JVMs
/// @param texts the folder of [BenchTexts]
/// @param jmhOptions how often and how long
record SuiteRun(JavaProcesses processes, List<String> flags, Path texts, List<String> jmhOptions) {
  private static final String PACKAGE = "^dev\\.tessera\\.benchmarks\\.";
  private static final Pattern THROWN =
      Pattern.compile("^(?:Caused by: )?([\\w.$]+(?:Exception|Error))(?:: (.*))?$");

  /// A case came to nothing.
  static final class SuiteException extends Exception {
    private static final long serialVersionUID = 1;

    SuiteException(String message) {
      super(message);
    }
  }

  /// Measures.
  ///
  /// @throws SuiteException if the suite fails; the message is what it said
  Result measure(BenchCase measured) throws IOException, InterruptedException, SuiteException {
    Path facts = Files.createTempFile("tessera-bench-", ".facts");
    try {
      List<String> more = new ArrayList<>(flags);
      more.add("-D%s=%s".formatted(Facts.FILE, facts));
      return result(measured, record(measured, more), Facts.read(facts));
    } finally {
      Files.delete(facts);
    }
  }

  private JsonObject record(BenchCase measured, List<String> with)
      throws IOException, InterruptedException, SuiteException {
    Path jmh = Files.createTempFile("tessera-bench-", ".json");
    Path log = Files.createTempFile("tessera-bench-", ".log");
    try {
      int status = processes.run(with, arguments(measured, jmh), log.toFile());
      if (status != 0) {
        throw new SuiteException(reason(text(log), status));
      }
      List<JsonObject> records = JsonObject.parseList(Files.readString(jmh));
      if (records.size() != 1) {
        throw new SuiteException("expected one result of JMH, found " + records.size());
      }
      return records.getFirst();
    } finally {
      Files.delete(jmh);
      Files.delete(log);
    }
  }

  private List<String> arguments(BenchCase measured, Path jmh) {
    HotPath path = measured.path();
    List<String> arguments = new ArrayList<>();
    arguments.add(Suite.class.getName());
    arguments.add(PACKAGE + path.suite() + "\\." + path.method(measured) + "$");
    for (String parameter : path.parameters(measured, texts)) {
      arguments.addAll(List.of("-p", parameter));
    }
    arguments.addAll(jmhOptions);
    arguments.addAll(List.of("-rf", "json", "-rff", jmh.toString()));
    return arguments;
  }

  private static Result result(BenchCase measured, JsonObject jmh, Map<String, String> facts) {
    return new Result(
        measured.path().label(),
        measured.subject(),
        measured.data(),
        measured.sizes(),
        measured.threads(),
        measured.compared(),
        measured.path().perCall(measured, facts),
        facts,
        jmh);
  }

  /// All that a JVM wrote.
  static String text(Path log) throws IOException {
    try {
      return Files.readString(log);
    } catch (MalformedInputException e) { // a native library's own words
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    }
  }

  /// What a log says of what went wrong: the deepest cause of the first stack trace. Those that
  /// follow are JMH's own, about the same.
  static String reason(String log, int status) {
    String reason = "";
    for (String line : log.lines().toList()) {
      Matcher matcher = THROWN.matcher(line.strip());
      if (!reason.isEmpty() && line.isBlank()) {
        break;
      }
      if (matcher.matches() && (reason.isEmpty() || line.startsWith("Caused by: "))) {
        String type = matcher.group(1);
        reason =
            matcher.group(2) == null
                ? type
                : type.substring(type.lastIndexOf('.') + 1) + ": " + matcher.group(2);
      }
    }
    if (!reason.isEmpty()) {
      return reason;
    }
    String last = log.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
    return "its JVM ended with the status %d%s"
        .formatted(status, last.isEmpty() ? "" : ": " + last.strip());
  }
}
