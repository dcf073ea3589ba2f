package dev.tessera.benchmarks.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.benchmarks.results.PerCall;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final Set<String> SUBJECTS = Set.of("scalar", "simd", "mkl", "jtokkit");
  private static final Set<HotPath> ALL = EnumSet.allOf(HotPath.class);

  private static List<BenchCase> cases(Depth depth, Set<String> subjects, int threads) {
    return new Plan(depth, subjects, "simd", threads, List.of("english", "code")).cases(ALL);
  }

  @Test
  void aQuickRunIsOneShapeAPathAndAllThreads() {
    List<String> quick = cases(Depth.QUICK, SUBJECTS, 4).stream().map(BenchCase::toString).toList();

    assertThat(quick)
        .containsExactly(
            "nearest, scalar: MIXTURE 65536x8192x32, 1 thread",
            "nearest, simd: MIXTURE 65536x8192x32, 1 thread",
            "nearest, mkl: MIXTURE 65536x8192x32, 1 thread",
            "nearest, simd: MIXTURE 65536x8192x32, 4 threads",
            "text, scalar: english 400000, 1 thread",
            "text, simd: english 400000, 1 thread",
            "text, jtokkit: english 400000, 1 thread",
            "text, simd: english in 64 documents 400000, 1 thread",
            "text, simd: english in 64 documents 400000, 4 threads",
            "hops, scalar: RMAT 169343x1150000x128, 1 thread",
            "hops, simd: RMAT 169343x1150000x128, 1 thread",
            "hops, mkl: RMAT 169343x1150000x128, 1 thread",
            "hops, simd: RMAT 169343x1150000x128, 4 threads");
  }

  @Test
  void aFullRunHasSeriesAlongEveryAxisAndNothingTwice() {
    List<BenchCase> full = cases(Depth.FULL, SUBJECTS, 4);
    List<String> named = full.stream().map(BenchCase::toString).toList();

    assertThat(named).doesNotHaveDuplicates();
    assertThat(named).startsWith(cases(Depth.QUICK, SUBJECTS, 4).getFirst().toString());
    assertThat(Plan.threads(full)).containsExactly(1, 2, 4);
    for (String axis : List.of("points", "codewords", "columns")) {
      assertThat(
              full.stream()
                  .filter(each -> each.path() == HotPath.NEAREST && each.subject().equals("simd"))
                  .filter(each -> each.data().equals("MIXTURE") && each.threads() == 1)
                  .filter(
                      each ->
                          each.sizes().entrySet().stream()
                              .filter(size -> !size.getKey().equals(axis))
                              .allMatch(
                                  size -> Set.of(65536L, 8192L, 32L).contains(size.getValue())))
                  .map(each -> each.size(axis))
                  .distinct())
          .as(axis)
          .hasSizeGreaterThanOrEqualTo(3);
    }
    assertThat(named)
        .contains(
            "text, jtokkit: english 4, 1 thread",
            "hops, mkl: RMAT 169343x11500000x128, 1 thread",
            "hops, simd: COMMUNITIES 169343x1150000x128, 1 thread",
            "nearest, mkl: OUTLIER 65536x8192x32, 1 thread");
  }

  @Test
  void whoIsNotThereIsNotAsked() {
    assertThat(cases(Depth.FULL, Set.of("jtokkit"), 4))
        .isNotEmpty()
        .allMatch(each -> each.subject().equals("jtokkit"));
  }

  @Test
  void aCaseSaysWhatItsSuiteIsGivenAndWhatACallDoes() {
    BenchCase nearest =
        new BenchCase(
            HotPath.NEAREST,
            "simd",
            "MIXTURE",
            BenchCase.sizes(HotPath.NEAREST, 100, 10, 4),
            2,
            true);
    assertThat(HotPath.NEAREST.parameters(nearest, Path.of("t")))
        .containsExactly("backend=simd", "shape=100x10x4", "data=MIXTURE", "threads=2");
    assertThat(HotPath.NEAREST.perCall(nearest, Map.of("rows", "50")))
        .isEqualTo(new PerCall("points", 50, 4000, 4 * (50 * 4 + 10 * 4 + 50)));

    BenchCase hops =
        new BenchCase(
            HotPath.HOPS, "simd", "RMAT", BenchCase.sizes(HotPath.HOPS, 10, 30, 4), 1, true);
    assertThat(HotPath.HOPS.parameters(hops, Path.of("t")))
        .containsExactly("backend=simd", "graph=RMAT_10x30x4", "threads=1");
    assertThat(HotPath.HOPS.perCall(hops, Map.of("edges", "70")))
        .isEqualTo(new PerCall("edges", 210, 1680, 3 * (2 * 10 * 4 * 4 + 70 * 4)));

    BenchCase text =
        new BenchCase(
            HotPath.TEXT,
            "simd",
            "code" + HotPath.IN_DOCUMENTS,
            BenchCase.sizes(HotPath.TEXT, 500),
            1,
            false);
    assertThat(HotPath.TEXT.method(text)).isEqualTo("batch");
    assertThat(HotPath.TEXT.parameters(text, Path.of("t")))
        .containsExactly("tokenizer=simd", "folder=t", "text=code", "size=500", "threads=1");
  }
}
