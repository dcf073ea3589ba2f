package dev.tessera.benchmarks.results;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When, where and with what a run was made.
///
/// @param date in UTC, as in `2026-11-26T08:30:00Z`
/// @param commit of the sources; empty where that is not known
/// @param modified whether the sources had changes that were not committed
/// @param depth `quick` or `full`
/// @param machine see [Machine#describe]
/// @param jvm `java`, `vm`, `flags`
public record Circumstances(
    String date,
    String commit,
    boolean modified,
    String depth,
    JsonObject machine,
    JsonObject jvm) {
  /// Those of a run that begins now.
  public static Circumstances now(String depth, Commit commit, JsonObject machine, JsonObject jvm) {
    return new Circumstances(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        commit.hash(),
        commit.modified(),
        depth,
        machine,
        jvm);
  }

  /// The commit in few letters, with a word on changes.
  public String shortCommit() {
    String hash = commit.isEmpty() ? "unknown" : commit.substring(0, Math.min(10, commit.length()));
    return modified ? hash + " with changes" : hash;
  }

  /// Reads what [#toJson] wrote.
  static Circumstances of(JsonObject json) {
    return new Circumstances(
        json.text("date"),
        json.text("commit"),
        json.flag("modified"),
        json.text("depth"),
        json.object("machine"),
        json.object("jvm"));
  }

  /// As a JSON object.
  JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("date", date);
    fields.put("commit", commit);
    fields.put("modified", modified);
    fields.put("depth", depth);
    fields.put("machine", machine);
    fields.put("jvm", jvm);
    return new JsonObject(fields);
  }
}
