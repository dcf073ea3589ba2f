package dev.tessera.benchmarks.results;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one call does.
///
/// @param unit what is counted, in the plural: `points`, `bytes`, `edges`
/// @param units how many of them
/// @param flops float32 operations by the definition, a fused multiply-add counted as two; 0 where
///   the work is not countable
/// @param memoryBytes what has to be read or written at least, each byte once; 0 where the work is
///   not countable
public record PerCall(String unit, double units, double flops, double memoryBytes) {
  /// Reads what [#toJson] wrote.
  public static PerCall of(JsonObject json) {
    return new PerCall(
        json.text("unit"), json.number("units"), json.number("flops"), json.number("memory_bytes"));
  }

  /// As a JSON object.
  public JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("unit", unit);
    fields.put("units", units);
    fields.put("flops", flops);
    fields.put("memory_bytes", memoryBytes);
    return new JsonObject(fields);
  }
}
