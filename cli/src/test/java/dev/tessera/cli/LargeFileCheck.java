package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.NpyWriter;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelReport;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// One call over a mapped file that is larger than the heap and than the device's memory may be:
/// OpenCL finds the ids that SIMD finds. A program, as the heap is a property of the process:
///
/// ```
/// java -Xmx512m ... dev.tessera.cli.LargeFileCheck FOLDER ROWS DEVICE_MEMORY
/// ```
///
/// writes `FOLDER/vectors.npy`, prints what it did, and ends with 1 where ids differ.
final class LargeFileCheck {
  private static final int COLUMNS = 32;
  private static final int CODES = 256;
  private static final int WRITTEN_ROWS = 1 << 14;

  private LargeFileCheck() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]).resolve("vectors.npy");
    long rows = Long.parseLong(arguments[1]);
    long deviceBytes = new ByteSize().convert(arguments[2]);
    write(file, rows);
    Tensor tensor = Npy.open(file);
    FloatMatrix vectors = tensor.floats(Rounding.EXACT);
    Codebook codebook = Codebook.of(Vectors.random(7, CODES, COLUMNS));
    System.out.printf(
        "%d x %d in a file of %d MB, heap at most %d MB, device memory at most %d MB%n",
        rows,
        COLUMNS,
        rows * COLUMNS * Float.BYTES >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        deviceBytes >> 20);
    BackendOptions options = BackendOptions.defaults();
    TokenIds simd = encode("simd", options, codebook, vectors);
    TokenIds opencl =
        encode("opencl", options.withDeviceMemoryBytes(deviceBytes), codebook, vectors);
    long differing = 0;
    for (long row = 0; row < rows; row++) {
      differing += simd.get(row) == opencl.get(row) ? 0 : 1;
    }
    System.out.println("differing ids: " + differing);
    System.exit(differing == 0 ? 0 : 1);
  }

  private static void write(Path file, long rows) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[WRITTEN_ROWS * COLUMNS];
    try (NpyWriter writer = NpyWriter.matrix(file, ElementType.F32, COLUMNS)) {
      for (long row = 0; row < rows; row += WRITTEN_ROWS) {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        FloatMatrix block = FloatMatrix.of(values, WRITTEN_ROWS, COLUMNS);
        writer.append(block.slice(0, Math.min(WRITTEN_ROWS, rows - row)));
      }
      writer.commit();
    }
  }

  private static TokenIds encode(
      String backend, BackendOptions options, Codebook codebook, FloatMatrix vectors) {
    try (Tessera tessera = Tessera.open(backend, options);
        Quantizer quantizer = tessera.quantizer(codebook)) {
      TokenIds ids = quantizer.encode(vectors);
      KernelReport.Served served = quantizer.report().backends().getFirst();
      System.out.printf(
          "%s: %.1f s; %s%n", served.backend(), served.nanos() / 1e9, served.detail());
      return ids;
    }
  }
}
