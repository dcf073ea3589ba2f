package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// [LargeGraphCheck] in little memory; `-Dtessera.test.largeGraphNodes=6000000` for its full size,
/// 12 GB.
@EnabledOnOs(value = OS.LINUX, disabledReason = "RssAnon is Linux's")
final class LargeGraphTest {
  private static final String NODES = "tessera.test.largeGraphNodes";
  private static final Pattern ANONYMOUS = Pattern.compile("RssAnon at most (\\d+) MB");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"simd,node", "scalar,hop"})
  void tokensLargerThanMemoryAreExact(String backend, String layout)
      throws IOException, InterruptedException {
    String nodes = System.getProperty(NODES);
    if (nodes == null || nodes.isEmpty()) {
      // 100 MB through buffers of 4 MB, beside the graph, its sorting, and the JVM itself.
      assertExact("-Xmx64m", "50000", "4M", 160, backend, layout);
    } else {
      System.out.println(assertExact("-Xmx2g", nodes, "1G", 3072, backend, layout));
    }
  }

  private String assertExact(
      String heap, String nodes, String memory, int mostMegabytes, String backend, String layout)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(heap);
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LargeGraphCheck.class.getName());
    command.addAll(List.of(folder.toString(), nodes, "100", memory, backend, layout));
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String said = Files.readString(output);
    assertThat(status).as(said).isZero();
    assertThat(said).contains("by " + backend, "differing rows: 0");
    Matcher anonymous = ANONYMOUS.matcher(said);
    assertThat(anonymous.find()).as(said).isTrue();
    assertThat(Integer.parseInt(anonymous.group(1))).as(said).isLessThan(mostMegabytes);
    return said;
  }
}
