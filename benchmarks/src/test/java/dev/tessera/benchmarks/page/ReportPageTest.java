package dev.tessera.benchmarks.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tessera.benchmarks.page.PageTables.Cell;
import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Runs;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of two result files that are kept for this, without any measurement.
final class ReportPageTest {
  private static final Path GPU = Path.of("results", "gpu-h200-2026-11-27.json");
  private static final Pattern DRAWN = Pattern.compile("data-drawn=\"(\\w+)\"");

  @TempDir private Path folder;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(ReportPageTest.class.getResource(name).toURI());
  }

  private static BenchRun after() throws IOException, URISyntaxException {
    return BenchRun.read(resource("after.json"));
  }

  private static BenchRun before() throws IOException, URISyntaxException {
    return BenchRun.read(resource("before.json"));
  }

  private static String page(BenchRun run, BenchRun before, List<GpuReport> gpus) {
    return new String(new ReportPage(run, before, gpus).html(), StandardCharsets.UTF_8);
  }

  private static String whole() throws IOException, URISyntaxException {
    return page(after(), before(), List.of(GpuReport.read(GPU)));
  }

  @Test
  void thePageLoadsNothingFromAnywhere() throws Exception {
    String page = whole();
    String library = Files.readString(resource("echarts-6.0.0.min.js"));

    assertThat(page.contains(library)).isTrue();
    assertThat(page.replace(library, ""))
        .startsWith("<!doctype html>")
        .contains("default-src 'none'")
        .doesNotContain("http:", "https:", "@import", "url(", "src=", "{{");
  }

  /// Against the file itself, not against what was read of it.
  private static void assertTablesMatchTheFile(String document) throws Exception {
    Map<String, List<List<Cell>>> tables = PageTables.of(document);
    JsonObject file = JsonObject.parse(Files.readString(resource("after.json")));
    int checked = 0;
    for (JsonObject result : file.objects("results")) {
      if (!result.flag("compared")) {
        continue;
      }
      String name =
          "%s %s %s"
              .formatted(
                  result.text("path"),
                  result.text("data"),
                  String.join(
                      "x",
                      result.object("sizes").fields().values().stream()
                          .map(String::valueOf)
                          .toList()));
      List<Cell> row =
          tables.get(name).stream()
              .filter(cells -> cells.getFirst().text().equals(result.text("subject")))
              .findFirst()
              .orElseThrow();
      JsonObject metric = result.object("jmh").object("primaryMetric");
      double units = result.object("per_call").number("units");
      double score = metric.number("score");
      double rate = metric.text("scoreUnit").equals("ops/s") ? units * score : 1e3 * units / score;
      assertThat(row.get(1).value()).as(name).isCloseTo(rate, within(1e-9 * rate));
      assertThat(row.get(1).text())
          .isEqualTo(Quantity.rate(rate, result.object("per_call").text("unit")));
      double allocated =
          result
              .object("jmh")
              .object("secondaryMetrics")
              .object("gc.alloc.rate.norm")
              .number("score");
      assertThat(row.get(5).value()).isEqualTo(allocated);
      checked++;
    }
    assertThat(checked).isGreaterThan(8);
    assertThat(tables.get("comparison")).hasSameSizeAs(file.objects("results"));
    assertThat(tables.get("subjects")).hasSameSizeAs(file.objects("subjects"));
    JsonObject gpu = JsonObject.parse(Files.readString(GPU));
    List<List<Cell>> searches = tables.get("gpu searches NVIDIA H200");
    for (int i = 0; i < searches.size(); i++) {
      JsonObject search = gpu.objects("end to end").get(i);
      assertThat(searches.get(i).get(2).value()).isEqualTo(search.number("milliseconds"));
    }
    assertThat(searches).hasSize(4);
  }

  @Test
  void theTablesSayWhatTheFileSays() throws Exception {
    assertTablesMatchTheFile(whole());
  }

  @Test
  void theBestPeerIsTheMeasureOfARatio() throws Exception {
    List<List<Cell>> rows = PageTables.of(whole()).get("text english 400000");
    List<Cell> simd = row(rows, "simd");
    double best =
        rows.stream()
            .filter(cells -> List.of("jtokkit", "djl").contains(cells.getFirst().text()))
            .mapToDouble(cells -> cells.get(1).value())
            .max()
            .orElseThrow();

    assertThat(simd.get(3).value()).isCloseTo(simd.get(1).value() / best, within(1e-9));
  }

  private static List<Cell> row(List<List<Cell>> rows, String name) {
    return rows.stream()
        .filter(cells -> cells.getFirst().text().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPartialRunIsSaidSo() {
    BenchRun whole = Runs.run("A", Runs.result("simd", 10, 1, 1));
    BenchRun partial =
        new BenchRun(
            whole.circumstances(),
            17,
            false,
            whole.limits(),
            whole.subjects(),
            whole.results(),
            List.of());

    assertThat(page(partial, null, List.of()))
        .contains("This run is partial: 1 of 17 measurements were made.");
    assertThat(page(whole, null, List.of())).doesNotContain("is partial");
  }

  @Test
  void otherMachinesAreSaidSo() {
    BenchRun one = Runs.run("A <x>", Runs.result("simd", 10, 1, 1));
    BenchRun other = Runs.run("B", Runs.result("simd", 5, 1, 1));

    assertThat(page(one, other, List.of()))
        .contains("two different machines (processor B, then A &lt;x&gt;)")
        .doesNotContain("<x>");
    assertThat(page(one, one, List.of())).doesNotContain("different machines");
  }

  @Test
  void whoIsMissingIsListed() {
    assertThat(page(Runs.run("A", Runs.result("simd", 10, 1, 1)), null, List.of()))
        .contains("no: not on the class path");
  }

  @Test
  void aGpuCheckWithoutADeviceSaysWhatItLacked() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("gpu.json"),
            """
            {"date": "2026-11-26T08:00:00Z", "java": "25", "processors": 2, "setup": ["no driver"],
             "failures": ["no OpenCL device. Install a driver"]}
            """);

    assertThat(page(Runs.run("A"), null, List.of(GpuReport.read(file))))
        .contains("OpenCL: no device", "Not all checks passed: no OpenCL device. Install a driver");
  }

  @Test
  void anotherFileThanTheChecksIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");
    assertThatThrownBy(() -> GpuReport.read(file))
        .hasMessageContaining("x.json is no report of the GPU check");
  }

  /// Wide and narrow, light and dark: every chart is drawn, and nothing is said on the console.
  @Test
  void aBrowserDrawsEveryChart() throws Exception {
    Optional<Chromium> chromium = Chromium.find(folder);
    String missing = "no Chromium on the path, and CHROMIUM names none";
    assumeTrue(chromium.isPresent() || System.getenv("CI") != null, missing);
    assertThat(chromium).as(missing).isPresent(); // in CI a skipped test would pass unseen
    String text = whole();
    Path page = Files.writeString(folder.resolve("page.html"), text);
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>")
            .matcher(text);
    assertThat(data.find()).isTrue();
    List<JsonObject> charts = JsonObject.parse(data.group(1)).objects("charts");
    assertThat(charts).hasSizeGreaterThan(8);
    for (int width : new int[] {1280, 500}) {
      Chromium.Rendered rendered = chromium.get().render(page, width, width == 500);

      assertThat(rendered.console()).as("the console").isEmpty();
      assertThat(DRAWN.matcher(rendered.document()).results().map(found -> found.group(1)))
          .containsExactlyElementsOf(charts.stream().map(chart -> chart.text("kind")).toList());
      assertThat(rendered.document().split("<svg ", -1))
          .as("drawings, and the brand's")
          .hasSizeGreaterThanOrEqualTo(charts.size() + 2);
      for (JsonObject chart : charts) {
        chart
            .objects("rows")
            .forEach(row -> assertThat(rendered.document()).contains(row.text("text")));
      }
      assertTablesMatchTheFile(rendered.document());
    }
  }
}
