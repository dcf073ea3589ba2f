package dev.tessera.benchmarks.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A browser without a window.
final class Chromium {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome", "chrome-headless-shell");
  private static final int PATIENCE_SECONDS = 120;

  private final Path program;
  private final Path folder;

  /// @param program of the browser
  /// @param folder for its profile
  private Chromium(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /// The browser that `CHROMIUM` names, or the first on the path.
  static Optional<Chromium> find(Path folder) {
    List<Path> candidates = new ArrayList<>();
    Optional.ofNullable(System.getenv("CHROMIUM")).map(Path::of).ifPresent(candidates::add);
    for (String place :
        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
      NAMES.forEach(name -> candidates.add(Path.of(place, name)));
    }
    return candidates.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Chromium(program, folder));
  }

  /// A page as it is once its scripts have run, and what they said on the console.
  ///
  /// @param document as HTML
  /// @param console the browser's own words on it
  record Rendered(String document, List<String> console) {}

  /// Loads a page.
  ///
  /// @param width of the window
  /// @param dark whether the reader prefers dark pages
  Rendered render(Path page, int width, boolean dark) throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "chromium", ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--window-size=%d,1200".formatted(width),
                "--virtual-time-budget=5000",
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
                "--dump-dom",
                page.toUri().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().remove("LD_PRELOAD"); // the tests' own
    Process process = builder.start();
    String document = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the browser does not end");
    }
    List<String> console =
        Files.readString(errors, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> line.contains("CONSOLE"))
            .toList();
    return new Rendered(document, console);
  }
}
