package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendReport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class BackendsCommandTest {
  @Test
  void everyBackendIsListedWithItsTestOrItsCure() {
    CommandRun run = CommandRun.of("backends");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    try (Tessera tessera = Tessera.open()) {
      for (BackendReport.Entry entry : tessera.report().entries()) {
        assertThat(run.out().lines())
            .filteredOn(line -> line.startsWith(entry.name() + " "))
            .singleElement()
            .asString()
            .contains(entry.serves() ? "available: " : "unavailable: ")
            .contains(entry.serves() ? "self-test passed; " : "; ");
      }
    }
    assertThat(run.out()).contains("vectors/s", "Self-test: 4,096 random vectors");
  }

  @Test
  void jsonIsOneObject() throws IOException {
    CommandRun run = CommandRun.of("backends", "--json");

    assertThat(run.status()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.json()).containsEntry("command", "backends").containsKey("threads");
    assertThat(run.out())
        .contains("{\"name\":\"scalar\",\"available\":true", "\"self_test\":\"passed\"");
  }
}
