package dev.tessera.benchmarks.results;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Somebody who is measured: a backend of Tessera, or a peer.
///
/// @param name by which results name it
/// @param kind which of the two
/// @param available whether it can run here
/// @param version of a peer, as in `jtokkit-1.1.0`; empty for a backend
/// @param detail what it runs on; or, where it cannot, why, and what would help
public record Subject(String name, Kind kind, boolean available, String version, String detail) {
  /// Whose it is.
  public enum Kind {
    /// Tessera's own.
    BACKEND,
    /// Another library in the same JVM.
    PEER
  }

  /// Reads what [#toJson] wrote.
  public static Subject of(JsonObject json) {
    return new Subject(
        json.text("name"),
        json.text("kind").equals("backend") ? Kind.BACKEND : Kind.PEER,
        json.flag("available"),
        json.optionalText("version").orElse(""),
        json.text("detail"));
  }

  /// As a JSON object.
  public JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("kind", kind == Kind.BACKEND ? "backend" : "peer");
    fields.put("available", available);
    fields.put("version", version);
    fields.put("detail", detail);
    return new JsonObject(fields);
  }
}
