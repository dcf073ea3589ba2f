package dev.tessera.benchmarks.results;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which sources are measured.
///
/// @param hash of the commit; empty where git does not tell
/// @param modified whether files that git tracks have changed since
public record Commit(String hash, boolean modified) {
  /// That of a checkout.
  public static Commit of(Path checkout) throws InterruptedException {
    try {
      String hash = git(checkout, "rev-parse", "HEAD").strip();
      return new Commit(
          hash, !git(checkout, "status", "--porcelain", "--untracked-files=no").isBlank());
    } catch (IOException e) {
      return new Commit("", false); // no git, or no repository: an unpacked archive of sources
    }
  }

  /// What a git command prints.
  ///
  /// @throws IOException if git is not there or fails; the message is its own
  public static String git(Path checkout, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", checkout.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("git %s: %s".formatted(String.join(" ", arguments), output.strip()));
    }
    return output;
  }
}
