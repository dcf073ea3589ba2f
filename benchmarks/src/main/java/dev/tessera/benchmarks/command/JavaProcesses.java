package dev.tessera.benchmarks.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Starts JVMs, one after the other, and ends the one that runs when this JVM is told to end.
final class JavaProcesses {
  /// What every JVM here is given.
  static final List<String> FLAGS =
      List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

  private static final int SIGNAL = 128;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private volatile @Nullable Process running;
  private volatile String farewell = "";

  private JavaProcesses() {}

  /// Starts no JVM yet.
  static JavaProcesses create() {
    JavaProcesses processes = new JavaProcesses();
    Runtime.getRuntime().addShutdownHook(new Thread(processes::end, "tessera-interruption"));
    return processes;
  }

  private void end() {
    Process process = running;
    if (process != null) {
      process.destroy();
      if (!farewell.isEmpty()) {
        System.err.println("tessera: " + farewell);
      }
    }
  }

  /// What to say on standard error if this JVM is told to end while one of its own runs.
  void setFarewell(String text) {
    farewell = text;
  }

  /// Runs a JVM on this one's class path.
  ///
  /// @param flags beside [#FLAGS]
  /// @param arguments the main class and what it takes
  /// @return the exit status
  /// @throws CancellationException if it was interrupted, as this JVM will be, too
  int run(List<String> flags, List<String> arguments, File output)
      throws IOException, InterruptedException {
    return run(System.getProperty("java.class.path"), flags, arguments, output);
  }

  /// As the other one, on another class path. Output and errors both go to a file.
  int run(String classPath, List<String> flags, List<String> arguments, File output)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath));
    command.addAll(arguments);
    return runCommand(command, null, output);
  }

  /// Runs any command.
  ///
  /// @param folder where; null for here
  int runCommand(List<String> command, @Nullable Path folder, File output)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder == null ? null : folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start();
    running = process;
    int status;
    try {
      process.getOutputStream().close();
      status = process.waitFor();
    } finally {
      process.destroy();
    }
    if (status == SIGNAL + SIGINT || status == SIGNAL + SIGTERM) {
      throw new CancellationException("interrupted"); // `running` stays, for the farewell
    }
    running = null;
    return status;
  }
}
