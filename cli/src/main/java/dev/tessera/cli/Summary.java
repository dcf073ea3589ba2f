package dev.tessera.cli;

import dev.tessera.kernel.BackendReport;
import dev.tessera.kernel.KernelReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run did, in figures, for `--json`. Fields stand in the order in which they were added.
final class Summary {
  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  Summary with(String name, @Nullable Object value) {
    fields.put(name, value instanceof Path path ? path.toString() : value);
    return this;
  }

  /// The backends that took calls, each with its share and its rate.
  ///
  /// @param rows what each wrote, in one word
  Summary withBackends(KernelReport kernels, BackendReport report, String rows) {
    List<Object> backends = new ArrayList<>();
    for (KernelReport.Served served : kernels.backends()) {
      if (served.calls() > 0) {
        backends.add(
            new Summary()
                .with("name", served.backend())
                .with("detail", BackendOption.detail(served.backend(), report))
                .with("how", served.detail())
                .with(rows, served.rows())
                .with("seconds", served.nanos() / 1e9)
                .with(rows + "_per_second", served.rowsPerSecond())
                .fields());
      }
    }
    return with("backends", backends);
  }

  Map<String, @Nullable Object> fields() {
    return fields;
  }

  void printTo(Console console) {
    console.out().println(Json.text(fields));
  }
}
