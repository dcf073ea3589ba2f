package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every kernel under oclgrind (`checks/oclgrind.sh`): nothing may be found in the kernels,
/// and every planted fault must be.
@Tag("opencl")
final class OclgrindTest {
  /// The script's exit status where oclgrind is not installed.
  private static final int NO_OCLGRIND = 77;

  @Test
  void noKernelHasAFindingAndEveryPlantedFaultIsFound(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    ProcessBuilder script =
        new ProcessBuilder(
                "/bin/bash",
                Path.of("checks", "oclgrind.sh").toString(),
                System.getProperty("java.class.path"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    script
        .environment()
        .put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    int status = script.start().waitFor();
    String said = Files.readString(output);
    System.out.print(said);
    // Continuous integration installs it; there nothing may pass for want of it.
    assumeTrue(status != NO_OCLGRIND || System.getenv("CI") != null, said);
    assertThat(status).as(said).isZero();
    assertThat(said)
        .contains("bounds-and-races:", "unwritten-values:")
        .contains("planted race", "planted write-out-of-bounds", "planted read-out-of-bounds")
        .contains("planted task-too-many", "planted unwritten-value");
  }
}
