package dev.tessera.benchmarks.results;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The machine that this runs on, as far as it tells.
public final class Machine {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/version");
  private static final Pattern NVIDIA_VERSION = Pattern.compile("(\\d+\\.\\d+(\\.\\d+)?)\\s");
  private static final Pattern SPACE = Pattern.compile(" ");
  private static final double GIGA = 1L << 30;

  /// Instructions on vectors, from the widest, as Linux calls them.
  private static final List<String> VECTORS =
      List.of("avx512f", "avx2", "avx", "sve2", "sve", "asimd", "rvv");

  /// What makes two machines the same one for a comparison.
  private static final List<String> IDENTITY =
      List.of("processor", "processors", "vectors", "memory_gib", "devices");

  private Machine() {}

  /// Processor, caches, memory, system, and the OpenCL devices given.
  ///
  /// @param devices as the backend lists them
  public static JsonObject describe(List<String> devices) {
    Map<String, String> cpu = processor();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put(
        "processor",
        cpu.getOrDefault("model name", System.getProperty("os.arch") + ", name unknown"));
    fields.put("family", cpu.get("cpu family"));
    fields.put("model", cpu.get("model"));
    List<String> flags =
        SPACE.splitAsStream(cpu.getOrDefault("flags", cpu.getOrDefault("Features", ""))).toList();
    fields.put("vectors", VECTORS.stream().filter(flags::contains).toList());
    fields.put("virtual", flags.contains("hypervisor"));
    fields.put("processors", Runtime.getRuntime().availableProcessors());
    fields.put("caches", caches());
    fields.put("memory_gib", Math.round(system.getTotalMemorySize() / GIGA));
    fields.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    fields.put("devices", devices);
    fields.put("gpu_driver", gpuDriver());
    fields.put("load_before", system.getSystemLoadAverage());
    return new JsonObject(fields);
  }

  /// What differs between two machines, a clause each; empty if nothing that matters does.
  public static List<String> differences(JsonObject before, JsonObject after) {
    List<String> differences = new ArrayList<>();
    for (String field : IDENTITY) {
      String old = String.valueOf(before.fields().get(field));
      String now = String.valueOf(after.fields().get(field));
      if (!old.equals(now)) {
        differences.add("%s %s, then %s".formatted(field.replace('_', ' '), old, now));
      }
    }
    return differences;
  }

  /// The fields of the first processor; none where the system is not Linux.
  private static Map<String, String> processor() {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : lines(CPU)) {
      int colon = line.indexOf(':');
      if (line.isBlank() && !fields.isEmpty()) {
        break;
      }
      if (colon > 0) {
        fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  /// As in `L1d 48K`; a virtual machine need not tell.
  private static List<String> caches() {
    List<String> caches = new ArrayList<>();
    for (int index = 0; Files.isDirectory(CACHES.resolve("index" + index)); index++) {
      Path cache = CACHES.resolve("index" + index);
      String kind = first(cache.resolve("type")).orElse("");
      if (!kind.equals("Instruction")) {
        caches.add(
            "L%s%s %s"
                .formatted(
                    first(cache.resolve("level")).orElse("?"),
                    kind.equals("Data") ? "d" : "",
                    first(cache.resolve("size")).orElse("?")));
      }
    }
    return caches;
  }

  private static @Nullable String gpuDriver() {
    Matcher matcher = NVIDIA_VERSION.matcher(first(NVIDIA).orElse(""));
    return matcher.find() ? "NVIDIA " + matcher.group(1) : null;
  }

  private static Optional<String> first(Path file) {
    return lines(file).stream().findFirst();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
