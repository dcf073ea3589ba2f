package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
    if (rows == null || rows.isEmpty()) {
      assertSameIds(start("-Xmx32m", "one", "300000", "4M"));
    } else {
      System.out.println(assertSameIds(start("-Xmx512m", "one", rows, "256M")));
    }
  }

  @Test
  void twoProcessesShareTheDevice() throws IOException, InterruptedException {
    Process one = start("-Xmx32m", "one", "50000", "2M");
    Process other = start("-Xmx32m", "other", "50000", "2M");
    assertSameIds(one);
    assertSameIds(other);
  }

  private Process start(String heap, String name, String rows, String deviceMemory)
      throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LargeFileCheck.class.getName(),
                Files.createDirectory(folder.resolve(name)).toString(),
                rows,
                deviceMemory))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".txt").toFile())
        .start();
  }

  private String assertSameIds(Process process) throws IOException, InterruptedException {
    int status = process.waitFor();
    String output = "";
    for (String name : List.of("one", "other")) {
      Path file = folder.resolve(name + ".txt");
      output += Files.exists(file) ? Files.readString(file) : "";
    }
    assertThat(status).as(output).isZero();
    assertThat(output).contains("simd: ", "opencl: ", "differing ids: 0");
    return output;
  }
}
