package dev.tessera.benchmarks.results;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A measurement that came to nothing.
///
/// @param path the hot path
/// @param subject whose it was
/// @param what on which data, by how many threads
/// @param reason what its fork said last
public record FailedCase(String path, String subject, String what, String reason) {
  /// Reads what [#toJson] wrote.
  public static FailedCase of(JsonObject json) {
    return new FailedCase(
        json.text("path"), json.text("subject"), json.text("what"), json.text("reason"));
  }

  /// As a JSON object.
  public JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("path", path);
    fields.put("subject", subject);
    fields.put("what", what);
    fields.put("reason", reason);
    return new JsonObject(fields);
  }
}
