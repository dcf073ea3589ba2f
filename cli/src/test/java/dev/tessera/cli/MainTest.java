package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
  @Test
  void helpGoesToStandardOutput() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("backends", "learn", "quantize", "image", "hops", "graph", "130 interrupted");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"backends", "learn", "quantize", "image", "hops", "graph"})
  void everyCommandHasHelpAndVersion(String command) {
    CommandRun help = CommandRun.of(command, "--help");
    CommandRun version = CommandRun.of(command, "--version");

    assertThat(help.status()).isZero();
    assertThat(help.out())
        .contains("Usage: tessera " + command, "--json", "--debug")
        .endsWith("\n");
    assertThat(version.status()).isZero();
    assertThat(version.out()).startsWith("tessera ");
  }

  @Test
  void wrongUsageIsStatusTwoAndOneLineWithAHint() {
    assertRefused(CommandRun.of(), "a command is missing");
    assertRefused(CommandRun.of("tokenise"), "tokenise");
    assertRefused(CommandRun.of("quantize"), "VECTORS");
    assertRefused(CommandRun.of("backends", "--fast"), "--fast");
    assertRefused(CommandRun.of("learn", "x.npy", "--codes", "many"), "--codes");
  }

  private static void assertRefused(CommandRun run, String said) {
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains(said, "--help").doesNotContain("\tat ");
  }

  @Test
  void benchmarksAreRunFromTheSources() {
    CommandRun run = CommandRun.of("bench", "--depth", "full");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains("sources", "./tessera bench");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void interruptionIsStatus130() {
    CommandRun run = report(new CancellationException("interrupted"), false);

    assertThat(run.status()).isEqualTo(130);
    assertThat(run.err()).isEqualTo("tessera: interrupted; unfinished output was discarded\n");
  }

  @Test
  void aNameOfTwoLinesIsToldOnOne() {
    CommandRun run =
        CommandRun.of("quantize", "x\ny.npy", "--codebook", "c.npy", "--output", "ids.npy");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).isEqualToNormalizingNewlines("tessera: x y.npy: there is no such file\n");
  }

  @Test
  void outOfMemoryNamesTheCure() {
    CommandRun run = report(new OutOfMemoryError("Java heap space"), false);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("out of memory (Java heap space)", "-Xmx");
  }

  @Test
  void aFaultOfOursIsCalledSo() {
    CommandRun run = report(new IllegalStateException("an index is wrong"), false);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("a fault in Tessera", "an index is wrong", "--debug");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void stackTracesAreForDebugAlone() {
    CommandRun run = report(new IllegalStateException("an index is wrong"), true);

    assertThat(run.err()).contains("\tat dev.tessera.cli.MainTest");
  }

  private static CommandRun report(Throwable failure, boolean debug) {
    java.io.StringWriter err = new java.io.StringWriter();
    java.io.PrintWriter writer = new java.io.PrintWriter(err, true);
    int status = new Failure(failure).report(new Console(writer, writer, false), debug);
    return new CommandRun(status, "", err.toString());
  }
}
