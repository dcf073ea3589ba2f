package dev.tessera.benchmarks.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Starts JVMs, and ends those that run when this JVM is told to end.
final class JavaProcesses {
  /// What every JVM here is given.
  static final List<String> FLAGS =
      List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

  private static final int SIGNAL = 128;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile String farewell = "";

  private JavaProcesses() {}

  /// Starts no JVM yet.
  static JavaProcesses create() {
    JavaProcesses processes = new JavaProcesses();
    Runtime.getRuntime().addShutdownHook(new Thread(processes::end, "tessera-interruption"));
    return processes;
  }

  private void end() {
    running.forEach(Process::destroy);
    if (!running.isEmpty() && !farewell.isEmpty()) {
      System.err.println("tessera: " + farewell);
    }
  }

  /// What to say on standard error if this JVM is told to end while one of its own runs.
  void setFarewell(String text) {
    farewell = text;
  }

  /// A process that was started here.
  final class Running {
    private final Process process;

    private Running(Process process) {
      this.process = process;
      running.add(process);
    }

    Process process() {
      return process;
    }

    /// Waits for its end.
    ///
    /// @return the exit status
    /// @throws CancellationException if it was interrupted, as this JVM will be, too
    int await() throws InterruptedException {
      int status;
      try {
        status = process.waitFor();
      } finally {
        process.destroy();
      }
      if (status == SIGNAL + SIGINT || status == SIGNAL + SIGTERM) {
        throw new CancellationException("interrupted"); // it stays in `running`, for the farewell
      }
      running.remove(process);
      return status;
    }
  }

  /// Runs a JVM on this one's class path.
  ///
  /// @param flags beside [#FLAGS]
  /// @param arguments the main class and what it takes
  /// @param output where output and errors go
  /// @return the exit status
  /// @throws CancellationException if it was interrupted, as this JVM will be, too
  int run(List<String> flags, List<String> arguments, File output)
      throws IOException, InterruptedException {
    return runCommand(java(System.getProperty("java.class.path"), flags, arguments), null, output);
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
    Running started = new Running(process);
    process.getOutputStream().close();
    return started.await();
  }

  /// Starts a JVM on another class path, to be talked to by its standard input and output, on one
  /// processor where the system allows it: always the same one.
  ///
  /// @param errors where its standard error goes
  Running start(String classPath, List<String> flags, List<String> arguments, File errors)
      throws IOException {
    List<String> command = new ArrayList<>(OneProcessor.prefix());
    command.addAll(java(classPath, flags, arguments));
    return new Running(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors))
            .start());
  }

  private static List<String> java(String classPath, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath));
    command.addAll(arguments);
    return command;
  }
}
