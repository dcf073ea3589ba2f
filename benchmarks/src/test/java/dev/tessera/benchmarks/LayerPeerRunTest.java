package dev.tessera.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Npy;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerPeerRunTest {
  @TempDir Path folder;

  @Test
  void aLayerRunsOnTheNamedBackendAndWritesItsResult() throws Exception {
    Safetensors.write(
        folder.resolve("small.safetensors"),
        Map.of(
            "x", Tensor.of(FloatMatrix.of(new float[] {1, 2, 3, 4}, 2, 2)),
            "weight", Tensor.of(FloatMatrix.of(new float[] {1, 1, 0, 1, 2, 0}, 3, 2)),
            "bias", Tensor.of(FloatMatrix.of(new float[] {0, 0, 1}, 1, 3), 3)));
    try (LayerPeerRun run = new LayerPeerRun(folder)) {
      for (String backend : List.of("scalar", "simd")) {
        assertThat(run.answer(List.of("open", "small", backend, "1")))
            .matches("\\{\"nanos\": .*, \"bytes\": .*}");
        assertThat(run.answer(List.of("time", "small", "1")))
            .matches("\\{\"nanos\": .*, \"calls\": .*}");
        assertThat(run.answer(List.of("allocation", "small", "3"))).contains("bytes");
        assertThat(run.answer(List.of("write", "small", "y.npy")))
            .startsWith("{\"backend\": \"" + backend + "\"");
        assertThat(Npy.open(folder.resolve("y.npy")).floats().toArray())
            .containsExactly(3, 2, 3, 7, 4, 7);
      }
    }
  }
}
