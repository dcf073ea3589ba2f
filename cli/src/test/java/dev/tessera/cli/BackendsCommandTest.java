package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.kernel.Availability;
import dev.tessera.kernel.BackendReport;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class BackendsCommandTest {
  @Test
  void everyBackendIsListedWithItsTestOrItsCure() {
    CommandRun run = CommandRun.of("backends");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    try (Tessera tessera = Tessera.open()) {
      for (BackendReport.Entry entry : tessera.report().entries()) {
        boolean available = entry.availability() instanceof Availability.Available;
        assertThat(run.out().lines())
            .filteredOn(line -> line.startsWith(entry.name() + " "))
            .singleElement()
            .asString()
            .contains(available ? "available: " : "unavailable: ")
            .contains(available ? "self-test passed; " : "; ");
      }
    }
    assertThat(run.out()).contains("vectors/s", "Self-test: 4,096 random vectors");
  }

  @Test
  @Tag("opencl")
  void devicesAreListed() {
    CommandRun run = CommandRun.of("backends");
    assertThat(run.out().lines())
        .as("no OpenCL device: apt-get install pocl-opencl-icd, or pass -Dopencl=off")
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        " +device 0: .+ of .+, (CPU|GPU|accelerator), [\\d.]+ GiB, \\d+ compute"
                            + " units, (no )?float64, [\\d.]+ [MG] bytes/s from pinned memory"));
    assertThat(CommandRun.of("backends", "--json").out())
        .contains("\"devices\":[{\"index\":0,\"platform\":", "\"trouble\":null}");
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
