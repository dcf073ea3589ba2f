package dev.tessera.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HopPeerRunTest {
  @TempDir Path folder;

  /// A path of three nodes with a loop at each.
  private void writeFiles() throws Exception {
    long[] rowPointers = {0, 2, 5, 7};
    int[] columns = {0, 1, 0, 1, 2, 1, 2};
    byte[] header =
        "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }"
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer npy = ByteBuffer.allocate(10 + header.length + 1 + 32);
    npy.order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93).put("NUMPY".getBytes("ASCII"));
    npy.put((byte) 1).put((byte) 0).putShort((short) (header.length + 1)).put(header);
    npy.put((byte) '\n');
    for (long pointer : rowPointers) {
      npy.putLong(pointer);
    }
    Files.write(folder.resolve("path_indptr.npy"), npy.array());
    Npy.write(folder.resolve("path_indices.npy"), Tensor.of(TokenIds.of(columns), 7));
    FloatMatrix features = FloatMatrix.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Npy.write(folder.resolve("path_x.npy"), Tensor.of(features));
  }

  @Test
  void hopsAreComparedAndTheNamedBackendAnswers() throws Exception {
    writeFiles();
    try (HopPeerRun run = new HopPeerRun(folder)) {
      assertThat(run.answer(List.of("load", "path")))
          .isEqualTo("{\"nodes\": 3, \"edges\": 7, \"columns\": 2}");
      for (String backend : List.of("scalar", "simd", "simd-plain")) {
        run.answer(List.of("open", backend, "2"));

        assertThat(run.answer(List.of("check", backend)))
            .startsWith("{\"differ\": 0, \"error\": 0.0, \"detail\": \"" + backend + ":");
        assertThat(run.answer(List.of("hops", backend))).matches("\\{\"nanos\": .*, \"rest\": .*}");
        assertThat(run.answer(List.of("tokens", backend))).matches("\\{\"nanos\": \\d+}");
        assertThat(run.answer(List.of("first", backend))).matches("\\{\"nanos\": \\d+}");
        run.answer(List.of("write", backend, backend + ".npy"));
        FloatMatrix third = Npy.open(folder.resolve(backend + ".npy")).floats();
        assertThat(third.rows()).isEqualTo(3);
      }
    }
  }

  @Test
  void rowsOfBfloat16AndMemoryAreMeasured() throws Exception {
    writeFiles();
    try (HopPeerRun run = new HopPeerRun(folder)) {
      run.answer(List.of("load", "path"));
      run.answer(List.of("open", "simd-bf16", "1"));

      assertThat(run.answer(List.of("check", "simd-bf16"))).contains("\"detail\": \"simd:");
      assertThat(run.answer(List.of("memory", "simd-bf16"))).matches("\\{\"bytes\": -?\\d+}");
      assertThat(run.answer(List.of("allocate", "4096"))).matches("\\{\"nanos\": \\d+}");
    }
  }
}
