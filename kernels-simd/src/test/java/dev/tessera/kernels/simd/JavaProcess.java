package dev.tessera.kernels.simd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a run of this JVM's own `java` printed.
record JavaProcess(int status, String out, String err) {
  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /// Runs `java` with the vector module and these arguments.
  static JavaProcess run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector"));
    all.addAll(List.of(arguments));
    return runPlain(all.toArray(String[]::new));
  }

  /// Runs `java` with these arguments alone.
  static JavaProcess runPlain(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    try {
      Path err = Files.createTempFile("tessera-test", ".err");
      Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      JavaProcess result = new JavaProcess(process.waitFor(), out, Files.readString(err));
      Files.delete(err);
      return result;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
