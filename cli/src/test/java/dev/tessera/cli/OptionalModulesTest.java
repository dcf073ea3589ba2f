package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command without the modules that a distribution does not carry.
final class OptionalModulesTest {
  @TempDir private Path folder;
  private RecipeFolder runs;

  @BeforeEach
  void makeFolder() throws IOException {
    runs = RecipeFolder.in(folder);
  }

  /// Runs the command with nothing on the class path of which a part of the name is one of these.
  private CommandRun without(List<String> left, Object... arguments) throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> left.stream().noneMatch(entry::contains))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath, Main.class.getName(), "recipe"));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    command.addAll(List.of("--backend", "scalar"));
    Path errors = folder.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new CommandRun(process.exitValue(), "", Files.readString(errors));
  }

  @Test
  void withoutEncodersTheErrorSaysWhatToAdd() throws Exception {
    Path weights = runs.example("seed").resolve("weights.safetensors");
    Object[] arguments = {
      "seed",
      "--encoder",
      RecipeFolder.ENCODERS.resolve("rows.onnx"),
      "--weights",
      weights,
      "--input",
      RecipeFolder.ENCODERS.resolve("wide.png"),
      "--output",
      runs.output("ids.npy")
    };
    String module = File.separator + "encoders" + File.separator;
    runs.assertFailed(
        without(List.of(module, "tessera-encoders", "onnxruntime"), arguments),
        1,
        "--encoder needs dev.tessera:tessera-encoders, which is not there: add it",
        "the folder 'optional' of the distribution");
    runs.assertFailed(
        without(List.of("onnxruntime"), arguments),
        1,
        "--encoder needs com.microsoft.onnxruntime:onnxruntime, which is not there: add it");
  }

  @Test
  void withoutMoleculesTheErrorSaysWhatToAdd() throws Exception {
    Path smiles = runs.write("molecules.smi", "CCO");
    Object[] arguments = {"mole-bert", "--input", smiles, "--output", runs.output("x.npz")};
    String module = File.separator + "molecules" + File.separator;
    runs.assertFailed(
        without(List.of(module, "tessera-molecules", "cdk-", "beam-"), arguments),
        1,
        "a file of SMILES needs dev.tessera:tessera-molecules, which is not there: add it");
    runs.assertFailed(
        without(List.of("cdk-", "beam-"), arguments),
        1,
        "a file of SMILES needs CDK (org.openscience.cdk), which is not there: add it");
  }
}
