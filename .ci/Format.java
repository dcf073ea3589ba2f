import com.google.googlejavaformat.java.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// Checks or makes the format of every Java source under a folder: `java Format.java check|write
/// FOLDER`, with google-java-format on the class path. What the build makes (`target`) is left
/// alone.
public final class Format {
  private Format() {}

  /// Ends with status 1 if `check` finds a source that is not formatted, or one cannot be read as
  /// Java.
  ///
  /// @param arguments `check` or `write`, and the folder
  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    List<String> command = new ArrayList<>();
    command.addAll(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    command.addAll(sourcesUnder(Path.of(arguments[1])));

    StringWriter unformatted = new StringWriter();
    PrintWriter errors = new PrintWriter(System.err, true);
    int status =
        new Main(new PrintWriter(unformatted, true), errors, new ByteArrayInputStream(new byte[0]))
            .format(command.toArray(String[]::new));
    if (status != 0) {
      unformatted.toString().lines().forEach(file -> errors.println("not formatted: " + file));
      errors.println("to format: mvn -N -Pformat validate");
    }
    System.exit(status);
  }

  private static List<String> sourcesUnder(Path folder) throws IOException {
    List<String> sources = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            return name.equals("target") || name.equals(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
