package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher `tessera`, run by a shell against JDKs that only print how they were called.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher of Windows is tessera.cmd")
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "tessera");

  @TempDir private Path folder;
  private Path distribution;
  private Path jdk;

  private record Outcome(int status, List<String> output, String errors) {}

  @BeforeEach
  void makeDistributionInAFolderWithSpaces() throws IOException {
    distribution = Files.createDirectories(folder.resolve("a distribution"));
    Files.createDirectories(distribution.resolve("lib"));
    install(Files.readString(LAUNCHER));
    jdk = makeJdk("a jdk", "25.0.3");
  }

  private void install(String launcher) throws IOException {
    writeExecutable(distribution.resolve("tessera"), launcher);
  }

  /// A folder that looks like a JDK, whose `java` prints its own path and its arguments, one a
  /// line, and ends with status 7.
  private Path makeJdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    writeExecutable(
        home.resolve("bin").resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\nexit 7\n");
    return home;
  }

  private static void writeExecutable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome run(Path launcher, Path javaHome, String... arguments)
      throws IOException, InterruptedException {
    return run(launcher, javaHome, Map.of(), arguments);
  }

  private Outcome run(
      Path launcher, Path javaHome, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().putAll(environment);
    builder.environment().remove("LD_PRELOAD"); // the tests' own
    Process process = builder.start();
    List<String> output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    return new Outcome(process.waitFor(), output, Files.readString(errors));
  }

  @Test
  void argumentsAndStatusPassUnchanged() throws Exception {
    String[] arguments = {"quantize", "two words", "", "a\"quote", "*", "$HOME", "back\\slash"};
    Outcome outcome = run(distribution.resolve("tessera"), jdk, arguments);

    assertThat(outcome.status()).as(outcome.errors()).isEqualTo(7);
    assertThat(outcome.output()).startsWith(jdk.resolve("bin/java").toString());
    assertThat(outcome.output()).endsWith(arguments);
    assertThat(outcome.output()).contains(distribution.toRealPath().resolve("lib").toString());
    assertThat(outcome.errors()).isEmpty();
  }

  @Test
  void optionalModulesAreTakenFromTheFolderBesideLib() throws Exception {
    Outcome outcome = run(distribution.resolve("tessera"), jdk, "recipe", "list");

    assertThat(outcome.output())
        .containsSequence(
            "--class-path",
            distribution.toRealPath().resolve("optional") + "/*",
            "--add-reads",
            "dev.tessera.cli=ALL-UNNAMED");
  }

  @Test
  void benchmarksHaveAClassPathOfTheirOwnInACheckout() throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("a checkout"));
    Path lib = Files.createDirectories(checkout.resolve("benchmarks/target/lib"));
    writeExecutable(checkout.resolve("tessera"), Files.readString(LAUNCHER));
    for (String source : List.of("core", "kernels-simd", "kernels-opencl", "benchmarks/src")) {
      Files.createDirectories(checkout.resolve(source));
    }
    Files.createFile(checkout.resolve("pom.xml"));
    Files.createFile(checkout.resolve("benchmarks/pom.xml"));
    Files.createFile(lib.resolve("tessera-benchmarks-1.jar"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    writeExecutable(bin.resolve("mvn"), "#!/bin/sh\nprintf '%s\\n' \"$@\" >&2\n");
    Map<String, String> path = Map.of("PATH", bin + ":" + System.getenv("PATH"));

    Outcome first = run(checkout.resolve("tessera"), jdk, path, "bench", "--depth", "full");
    assertThat(first.status()).as(first.errors()).isEqualTo(7);
    assertThat(first.errors()).contains("building with Maven", "-pl\nbenchmarks\n", "-Ppeers\n");
    assertThat(first.output())
        .containsSequence("-cp", lib.toRealPath() + "/*")
        .endsWith("dev.tessera.benchmarks.command.BenchCommand", "--depth", "full");
    assertThat(run(checkout.resolve("tessera"), jdk, path, "bench").errors())
        .as("built for the same peers")
        .isEmpty();
    Map<String, String> others = new HashMap<>(path);
    others.put("TESSERA_PEERS", "mkl,torch");
    assertThat(run(checkout.resolve("tessera"), jdk, others, "bench").errors())
        .contains("other peers", "-Pmkl,torch\n");
  }

  @Test
  void aDistributionLeavesBenchToTheCommand() throws Exception {
    Outcome outcome = run(distribution.resolve("tessera"), jdk, "bench");

    assertThat(outcome.output()).endsWith("dev.tessera.cli/dev.tessera.cli.Main", "bench");
  }

  @Test
  void aLinkFindsTheDistribution() throws Exception {
    Path link =
        Files.createSymbolicLink(folder.resolve("link"), Path.of("a distribution", "tessera"));
    Outcome outcome = run(link, jdk, "backends");

    assertThat(outcome.status()).as(outcome.errors()).isEqualTo(7);
    assertThat(outcome.output()).endsWith("backends");
  }

  @Test
  void withoutALocaleNamesAreUtf8() throws Exception {
    writeExecutable(jdk.resolve("bin").resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$LC_ALL\"\n");
    String launcher = "unset LC_CTYPE LANG\n" + Files.readString(LAUNCHER);

    install("#!/bin/sh\nLC_ALL=POSIX\n" + launcher);
    assertThat(run(distribution.resolve("tessera"), jdk).output()).containsExactly("C.UTF-8");
    install("#!/bin/sh\nLC_ALL=de_DE.UTF-8; export LC_ALL\n" + launcher);
    assertThat(run(distribution.resolve("tessera"), jdk).output()).containsExactly("de_DE.UTF-8");
  }

  @Test
  void theSignalChainingOfTheJdkIsPreloaded() throws Exception {
    Path original = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
    assumeTrue(Files.exists(original), "a JDK without libjsig.so");
    Path home = makeJdk("jdk", "25.0.3");
    String printing = "#!/bin/sh\nprintf '%s\\n' \"$LD_PRELOAD\"\n";
    writeExecutable(home.resolve("bin").resolve("java"), printing);
    writeExecutable(jdk.resolve("bin").resolve("java"), printing);
    Path launcher = distribution.resolve("tessera");

    assertThat(run(launcher, home).output()).as("no such library").containsExactly("");
    Path library = home.resolve("lib").resolve("libjsig.so");
    for (Path each : List.of(home, jdk)) {
      Files.createDirectory(each.resolve("lib"));
      Files.copy(original, each.resolve("lib").resolve("libjsig.so"));
    }
    Outcome outcome = run(launcher, home);
    assertThat(outcome.output()).containsExactly(library.toString());
    assertThat(outcome.errors()).isEmpty();
    assertThat(run(launcher, jdk).output()).as("a path with a space").containsExactly("");
    install(
        "#!/bin/sh\nLD_PRELOAD=%s; export LD_PRELOAD\n".formatted(original)
            + Files.readString(LAUNCHER));
    assertThat(run(launcher, home).output()).containsExactly(original + ":" + library);
  }

  @Test
  void aJdkThatIsTooOldIsPassedOver() throws Exception {
    Path old = makeJdk("an old jdk", "17.0.15");
    install(Files.readString(LAUNCHER).replace("/usr/lib/jvm/*", "'" + jdk + "'"));
    Outcome outcome = run(distribution.resolve("tessera"), old);

    assertThat(outcome.status()).as(outcome.errors()).isEqualTo(7);
    assertThat(outcome.output()).noneMatch(line -> line.startsWith(old.toString()));
  }

  @Test
  void withoutAJdkOneLineSaysHowToGetIt() throws Exception {
    install(Files.readString(LAUNCHER).replace("needed=25", "needed=9999"));
    Outcome outcome = run(distribution.resolve("tessera"), jdk);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.errors())
        .startsWith("tessera: JDK 9999 or later not found: install one")
        .contains("JAVA_HOME")
        .hasLineCount(1);
  }
}
