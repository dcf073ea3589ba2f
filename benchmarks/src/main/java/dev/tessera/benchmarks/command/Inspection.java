package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Subject;
import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.DeviceReport;
import dev.tessera.kernel.KernelProvider;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What there is to measure: asked in a JVM of its own, so that a driver or a native library that
/// fails takes nothing else down.
///
/// @param subjects backends, then peers; those that cannot run included
/// @param devices OpenCL devices, in words
/// @param gpu whether one of them is no processor, and can serve
/// @param jvm `java`, `vm`, `flags`
record Inspection(List<Subject> subjects, List<String> devices, boolean gpu, JsonObject jvm) {
  /// Looks, and prints what it found as one JSON object on one line.
  ///
  /// @param args none
  public static void main(String[] args) {
    System.out.println(here().toJson().onOneLine());
    System.exit(0); // whatever threads a peer has started
  }

  private static Inspection here() {
    List<Subject> subjects = new ArrayList<>();
    List<DeviceReport> reports = new ArrayList<>();
    Backends.discover().stream()
        .sorted(Comparator.comparingInt(KernelProvider::priority))
        .forEach(
            provider -> {
              subjects.add(backend(provider));
              reports.addAll(provider.devices());
            });
    subjects.addAll(Peers.probe());
    return new Inspection(
        subjects,
        reports.stream().map(Inspection::describe).toList(),
        reports.stream().anyMatch(each -> !each.kind().equals("CPU") && each.trouble().isEmpty()),
        thisJvm());
  }

  private static Subject backend(KernelProvider provider) {
    return switch (provider.probe()) {
      case Availability.Available(String detail) ->
          new Subject(provider.name(), Subject.Kind.BACKEND, true, "", detail);
      case Availability.Unavailable(String reason, String fix) ->
          new Subject(provider.name(), Subject.Kind.BACKEND, false, "", reason + "; " + fix);
    };
  }

  private static String describe(DeviceReport device) {
    return "%s (%s, %d compute units, %s)%s"
        .formatted(
            device.name(),
            device.kind(),
            device.computeUnits(),
            device.platform(),
            device.trouble().isEmpty() ? "" : ", cannot serve: " + device.trouble());
  }

  private static JsonObject thisJvm() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("java", System.getProperty("java.runtime.version"));
    fields.put(
        "vm", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.name"));
    fields.put("flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    return new JsonObject(fields);
  }

  /// Reads what [#main] printed.
  static Inspection of(JsonObject json) {
    return new Inspection(
        json.objects("subjects").stream().map(Subject::of).toList(),
        json.texts("devices"),
        json.flag("gpu"),
        json.object("jvm"));
  }

  private JsonObject toJson() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("subjects", subjects.stream().map(Subject::toJson).toList());
    fields.put("devices", devices);
    fields.put("gpu", gpu);
    fields.put("jvm", jvm);
    return new JsonObject(fields);
  }
}
