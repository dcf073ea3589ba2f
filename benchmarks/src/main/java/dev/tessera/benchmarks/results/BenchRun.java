package dev.tessera.benchmarks.results;

import dev.tessera.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of `tessera bench`, whole or as far as it got: the content of a result file.
///
/// @param circumstances date, commit, depth, machine, JVM
/// @param planned how many measurements it was to make
/// @param complete whether it went through
/// @param limits of the machine
/// @param subjects who was there, and who was not
/// @param results what was measured, in the order in which it was
/// @param failures what was tried and came to nothing
public record BenchRun(
    Circumstances circumstances,
    int planned,
    boolean complete,
    Limits limits,
    List<Subject> subjects,
    List<Result> results,
    List<FailedCase> failures) {
  /// What a result file says of itself.
  public static final String FORMAT = "tessera bench 1";

  /// Copies the lists.
  public BenchRun {
    subjects = List.copyOf(subjects);
    results = List.copyOf(results);
    failures = List.copyOf(failures);
  }

  /// This run, and one measurement more.
  public BenchRun with(Result result) {
    List<Result> more = new ArrayList<>(results);
    more.add(result);
    return new BenchRun(circumstances, planned, complete, limits, subjects, more, failures);
  }

  /// This run, and one failure more.
  public BenchRun with(FailedCase failure) {
    List<FailedCase> more = new ArrayList<>(failures);
    more.add(failure);
    return new BenchRun(circumstances, planned, complete, limits, subjects, results, more);
  }

  /// This run, which is through.
  public BenchRun completed() {
    return new BenchRun(circumstances, planned, true, limits, subjects, results, failures);
  }

  /// Reads a result file.
  ///
  /// @throws IOException if there is none, or it is anything else; the message names the file
  public static BenchRun read(Path file) throws IOException {
    try {
      return of(JsonObject.parse(Files.readString(file)));
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no result file of `tessera bench`: " + e.getMessage(), e);
    }
  }

  /// Reads what [#toJson] wrote.
  public static BenchRun of(JsonObject json) {
    if (!json.optionalText("format").orElse("").equals(FORMAT)) {
      throw new IllegalArgumentException(
          "expected `%s` in the field `format`, found %s"
              .formatted(FORMAT, json.optionalText("format").orElse("nothing")));
    }
    return new BenchRun(
        Circumstances.of(json),
        (int) json.whole("planned"),
        json.flag("complete"),
        Limits.of(json.optionalObject("limits")),
        json.objects("subjects").stream().map(Subject::of).toList(),
        json.objects("results").stream().map(Result::of).toList(),
        json.objects("failures").stream().map(FailedCase::of).toList());
  }

  /// As a JSON object.
  public JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("complete", complete);
    fields.put("planned", planned);
    fields.putAll(circumstances.toJson().fields());
    fields.put("limits", limits.toJson());
    fields.put("subjects", subjects.stream().map(Subject::toJson).toList());
    fields.put("results", results.stream().map(Result::toJson).toList());
    fields.put("failures", failures.stream().map(FailedCase::toJson).toList());
    return new JsonObject(fields);
  }

  /// Writes a result file, which appears whole or not at all.
  public void write(Path file) throws IOException {
    byte[] text = (toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, stream -> stream.write(text));
  }
}
