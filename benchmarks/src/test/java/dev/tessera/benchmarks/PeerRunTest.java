package dev.tessera.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.TokenIds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerRunTest {
  private static final NearestShape SHAPE = new NearestShape(200, 32, 4);

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws Exception {
    NearestData data = NearestData.make(DataKind.MIXTURE, SHAPE);
    try (Tessera tessera = Tessera.open("scalar")) {
      TokenIds ids = tessera.quantizer(data.codebook()).encode(data.points());
      ids.set(7, 0, (ids.get(7) + 1) % SHAPE.codes()); // one that is wrong
      Npy.write(folder.resolve("ids_small.npy"), Tensor.of(ids, ids.rows()));
    }
    Npy.write(folder.resolve("x_small.npy"), Tensor.of(data.points()));
    Npy.write(folder.resolve("c_small.npy"), Tensor.of(data.codebook().codewords()));
  }

  @Test
  void idsAreComparedAndTheNamedBackendAnswers() throws Exception {
    try (PeerRun run = new PeerRun(folder)) {
      for (String backend : List.of("scalar", "simd", "simd-dense")) {
        run.answer(List.of("open", "a", "small", backend, "2"));

        assertThat(run.answer(List.of("check", "a")))
            .startsWith("{\"differ\": 1, \"backend\": \"%s\"".formatted(backend));
        assertThat(run.answer(List.of("time", "a", "1")))
            .matches("\\{\"nanos\": .*, \"calls\": .*}");
      }
    }
  }

  @Test
  void memoryOfACallIsMeasured() throws Exception {
    byte[][] held = new byte[1][];
    MemoryUse use =
        MemoryUse.of(
            () -> {
              assertThat(TokenIds.allocate(1 << 22).segment().byteSize()).isPositive();
              held[0] = new byte[1 << 20];
            });

    assertThat(held[0]).hasSize(1 << 20);
    assertThat(use.residentBytes())
        .as("16 MB of native memory, where the system tells")
        .satisfiesAnyOf(
            resident -> assertThat(resident).isEqualTo(-1),
            resident -> assertThat(resident).isBetween(15L << 20, 64L << 20));
    assertThat(use.heapBytes()).isBetween(1L << 20, 64L << 20);
  }
}
