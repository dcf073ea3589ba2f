package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.gate.Gate;
import dev.tessera.benchmarks.gate.TurnTaker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Fork;

/// A suite that is ready in a JVM of its own, with the flags that it asks for, to be measured in
/// turns.
final class LiveSuite implements Gate.Side {
  private static final String PACKAGE = "dev.tessera.benchmarks.";
  private static final double TURN_SECONDS = 1;

  private final BenchCase measured;
  private final JavaProcesses.Running jvm;
  private final Path log;
  private final BufferedReader answers;
  private final Writer turns;

  private LiveSuite(BenchCase measured, JavaProcesses.Running jvm, Path log) {
    this.measured = measured;
    this.jvm = jvm;
    this.log = log;
    answers = jvm.process().inputReader(StandardCharsets.UTF_8);
    turns = jvm.process().outputWriter(StandardCharsets.UTF_8);
  }

  /// Starts a JVM and sets the suite up.
  ///
  /// @param classPath of the suites, old or new
  /// @param driver the folder of [#writeDriver]
  /// @param texts the folder of [BenchTexts]
  /// @throws IOException if the suite fails; the message is what it said
  static LiveSuite open(
      JavaProcesses processes, Path driver, String classPath, BenchCase measured, Path texts)
      throws IOException, InterruptedException {
    HotPath path = measured.path();
    List<String> arguments = new ArrayList<>();
    arguments.add(TurnTaker.class.getName());
    arguments.add(PACKAGE + path.suite());
    arguments.add(path.method(measured));
    arguments.addAll(path.parameters(measured, texts));
    Path log = Files.createTempFile("tessera-bench-", ".log");
    LiveSuite suite =
        new LiveSuite(
            measured,
            processes.start(
                driver + File.pathSeparator + classPath, flags(path), arguments, log.toFile()),
            log);
    try {
      suite.answer();
      return suite;
    } catch (IOException | RuntimeException e) {
      suite.close();
      throw e;
    }
  }

  private static List<String> flags(HotPath path) {
    try {
      Fork fork = Class.forName(PACKAGE + path.suite()).getAnnotation(Fork.class);
      return List.of(fork.jvmArgsAppend());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Writes the class file of [TurnTaker] alone into a folder that a class path may begin with: so
  /// old code, which has another one or none, is measured the same way.
  static void writeDriver(Path folder) throws IOException {
    String file = TurnTaker.class.getName().replace('.', '/') + ".class";
    Path target = folder.resolve(file);
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    try (InputStream in = TurnTaker.class.getClassLoader().getResourceAsStream(file)) {
      Files.write(target, Objects.requireNonNull(in).readAllBytes());
    }
  }

  @Override
  public double seconds() throws IOException, InterruptedException {
    try {
      turns.write(TURN_SECONDS + "\n");
      turns.flush();
    } catch (IOException e) {
      throw new IOException(answer(), e); // it has ended, and its log says why
    }
    return Double.parseDouble(answer());
  }

  private String answer() throws IOException, InterruptedException {
    String line = answers.readLine();
    if (line == null) {
      int status = jvm.await();
      throw new IOException(
          "%s: %s".formatted(measured, SuiteRun.reason(SuiteRun.text(log), status)));
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    try {
      turns.close();
      jvm.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a JVM ended");
    } finally {
      Files.delete(log);
    }
  }
}
