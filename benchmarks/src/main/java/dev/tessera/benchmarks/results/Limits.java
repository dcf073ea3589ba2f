package dev.tessera.benchmarks.results;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the machine was measured to do at most.
///
/// @param vectorBits the width of the vectors that the JVM prefers
/// @param byThreads the rates of so many threads together
/// @param device the OpenCL device whose bus was measured; empty where there is no GPU
/// @param pinnedBytes bytes a second from pinned memory to that device; 0 where there is none
public record Limits(
    int vectorBits, SortedMap<Integer, Rates> byThreads, String device, double pinnedBytes) {
  /// Nothing measured.
  public static final Limits UNKNOWN = new Limits(0, new TreeMap<>(), "", 0);

  /// Rates of some threads together.
  ///
  /// @param flops float32 operations a second of fused multiply-adds on vectors in registers, each
  ///   counted as two
  /// @param readBytes bytes a second, read from memory
  /// @param triadBytes bytes a second of `a = b + s c`, two arrays read and one written
  public record Rates(double flops, double readBytes, double triadBytes) {
    /// The rate of memory, whichever way it is faster.
    public double memoryBytes() {
      return Math.max(readBytes, triadBytes);
    }

    /// The least time of a call, in seconds, on the roof.
    public double leastSeconds(PerCall call) {
      return Math.max(call.flops() / flops, call.memoryBytes() / memoryBytes());
    }

    /// Whether arithmetic, rather than memory, is the roof over a call.
    public boolean boundByArithmetic(PerCall call) {
      return call.flops() / flops >= call.memoryBytes() / memoryBytes();
    }
  }

  /// The rates of so many threads, where they were measured.
  public Optional<Rates> of(int threads) {
    return Optional.ofNullable(byThreads.get(threads));
  }

  /// Reads what [#toJson] wrote.
  public static Limits of(JsonObject json) {
    SortedMap<Integer, Rates> rates = new TreeMap<>();
    for (JsonObject each : json.objects("rates")) {
      rates.put(
          (int) each.whole("threads"),
          new Rates(
              each.number("fma_flops"), each.number("read_bytes"), each.number("triad_bytes")));
    }
    return new Limits(
        (int) json.number("vector_bits", 0),
        rates,
        json.optionalText("device").orElse(""),
        json.number("pinned_bytes", 0));
  }

  /// As a JSON object; rates are a second.
  public JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("vector_bits", vectorBits);
    fields.put(
        "rates",
        byThreads.entrySet().stream().map(each -> toJson(each.getKey(), each.getValue())).toList());
    fields.put("device", device);
    fields.put("pinned_bytes", pinnedBytes);
    return new JsonObject(fields);
  }

  private static JsonObject toJson(int threads, Rates rates) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("threads", threads);
    fields.put("fma_flops", rates.flops);
    fields.put("read_bytes", rates.readBytes);
    fields.put("triad_bytes", rates.triadBytes);
    return new JsonObject(fields);
  }
}
