package dev.tessera.benchmarks.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a command begins that keeps to one processor, where the system has `taskset` (Linux):
/// processors of a virtual machine differ, one of them slowed by another machine's thread on its
/// core, and what stays on one is not comparable with what stays on another.
final class OneProcessor {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  /// The last processor that this process may use: the first one has the system's interrupts.
  private static final Pattern LAST = Pattern.compile("(?m)^Cpus_allowed_list:.*?(\\d+)$");

  private OneProcessor() {}

  /// The words before the command; none where it cannot be kept to one.
  static List<String> prefix() throws IOException {
    if (!Files.isExecutable(TASKSET) || !Files.isReadable(STATUS)) {
      return List.of();
    }
    Matcher last = LAST.matcher(Files.readString(STATUS));
    return last.find() ? List.of(TASKSET.toString(), "-c", last.group(1)) : List.of();
  }
}
