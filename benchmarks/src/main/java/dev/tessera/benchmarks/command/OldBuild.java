package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.results.Commit;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The class path of old code: of a jar, or of a commit, which is built beside the checkout once.
final class OldBuild {
  private OldBuild() {}

  /// The class path of `reference`: a jar in front of this one's class path, or all of a commit's
  /// jars.
  ///
  /// @param builds the folder for what is built
  /// @throws IOException if it is neither, or does not build; says why
  static String classPath(String reference, Path checkout, Path builds, JavaProcesses processes)
      throws IOException, InterruptedException {
    Path file = Path.of(reference);
    if (reference.endsWith(".jar")) {
      if (!Files.isRegularFile(file)) {
        throw new IOException(reference + ": there is no such file");
      }
      return file + File.pathSeparator + System.getProperty("java.class.path");
    }
    String hash;
    try {
      hash = Commit.git(checkout, "rev-parse", "--verify", reference + "^{commit}").strip();
    } catch (IOException e) {
      throw new IOException(
          "`%s` is no jar, and git knows no such commit: %s".formatted(reference, e.getMessage()),
          e);
    }
    Path sources = builds.resolve(hash);
    Path jars = sources.resolve("benchmarks").resolve("target").resolve("lib");
    Path done = sources.resolve("built");
    if (!Files.exists(done)) {
      unpack(checkout, hash, sources);
      build(sources, reference, processes);
      Files.createFile(done);
    }
    return jars + File.separator + "*";
  }

  private static void unpack(Path checkout, String hash, Path sources)
      throws IOException, InterruptedException {
    Files.createDirectories(sources);
    Path archive = Files.createTempFile("tessera-bench-", ".zip");
    try {
      Commit.git(checkout, "archive", "--format=zip", "--output=" + archive.toAbsolutePath(), hash);
      try (ZipFile zip = new ZipFile(archive.toFile())) {
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
          ZipEntry entry = all.nextElement();
          Path target = sources.resolve(entry.getName()).normalize();
          if (!target.startsWith(sources)) {
            throw new IOException("the archive of %s holds %s".formatted(hash, entry.getName()));
          }
          if (entry.isDirectory()) {
            Files.createDirectories(target);
          } else {
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            try (InputStream in = zip.getInputStream(entry)) {
              Files.write(target, in.readAllBytes());
            }
          }
        }
      }
    } finally {
      Files.delete(archive);
    }
  }

  private static void build(Path sources, String reference, JavaProcesses processes)
      throws IOException, InterruptedException {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path log = sources.resolve("build.log");
    int status =
        processes.runCommand(
            List.of(
                windows ? "mvn.cmd" : "mvn",
                "-q",
                "-B",
                "-Dmaven.test.skip=true",
                "-Dformat.phase=none",
                "-pl",
                "benchmarks",
                "-am",
                "package"),
            sources,
            log.toFile());
    if (status != 0) {
      throw new IOException(
          "%s does not build; Maven's messages are in %s".formatted(reference, log));
    }
  }
}
