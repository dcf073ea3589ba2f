package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A folder of examples of systems, and one for what the commands write.
record RecipeFolder(Path folder, Path outputs) {
  /// Images and networks of the module `encoders`.
  static final Path ENCODERS = Path.of("../encoders/src/test/resources/dev/tessera/encoders");

  static RecipeFolder in(Path folder) throws IOException {
    return new RecipeFolder(folder, Files.createDirectory(folder.resolve("outputs")));
  }

  /// The small random files of a system.
  Path example(String system) {
    Path files = folder.resolve(system);
    CommandRun run = CommandRun.of("recipe", "example", system, "--output", files);
    assertThat(run.status()).as(run.err()).isZero();
    return files;
  }

  Path output(String name) {
    return outputs.resolve(name);
  }

  Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), Arrays.asList(lines));
  }

  static CommandRun run(Object... arguments) {
    Object[] words = new Object[arguments.length + 3];
    words[0] = "recipe";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    words[words.length - 2] = "--backend";
    words[words.length - 1] = "scalar";
    return CommandRun.of(words);
  }

  static CommandRun succeeded(Object... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  /// One line says what is wrong, and nothing has been written.
  void assertFailed(CommandRun run, int status, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains(said).doesNotContain("\tat ");
    if (status == Main.FAILED) {
      assertThat(run.err().lines()).hasSize(1);
    }
    Vectors.assertHoldsOnly(outputs);
  }

  /// A list of integers in a line of JSON.
  static int[] field(String json, String name) {
    Matcher list = Pattern.compile("\"" + name + "\":\\[([^]]*)]").matcher(json);
    assertThat(list.find()).isTrue();
    return Arrays.stream(list.group(1).split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
