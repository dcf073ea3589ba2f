package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// [LargeFileCheck] in a small heap; `-Dtessera.test.largeFileRows=5000000` for its full size, 640
/// MB.
@Tag("opencl")
final class LargeFileTest {
  private static final String ROWS = "tessera.test.largeFileRows";

  @TempDir private Path folder;

  @Test
  void aFileLargerThanHeapAndDeviceMemoryGetsTheIdsOfSimd()
      throws IOException, InterruptedException {
    String rows = System.getProperty(ROWS);
    boolean full = rows != null && !rows.isEmpty();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    full ? "-Xmx512m" : "-Xmx32m",
                    "--add-modules=jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LargeFileCheck.class.getName(),
                    folder.toString(),
                    full ? rows : "300000",
                    full ? "256M" : "4M"))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("simd: ", "opencl: ", "differing ids: 0");
    if (full) {
      System.out.println(output);
    }
  }
}
