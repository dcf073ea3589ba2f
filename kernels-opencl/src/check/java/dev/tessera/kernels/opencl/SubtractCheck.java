package dev.tessera.kernels.opencl;

import java.util.Random;

/// The kernel of `subtract.cl`: residuals of random rows, some of them without an id, against plain
/// Java, bit for bit.
record SubtractCheck(int rows, int codes, int dim, long seed) {
  void run(DeviceArrays device, int workItems, Findings findings) {
    Random random = new Random(seed);
    float[] vectors = floats(random, rows * dim);
    float[] codewords = floats(random, codes * dim);
    int[] ids = new int[rows];
    for (int row = 0; row < rows; row++) {
      ids[row] = random.nextInt(codes + 1) - 1;
    }
    Buffer buffer = device.of(vectors);
    device.run(
        "subtract.cl",
        "",
        "subtract",
        new long[] {3},
        workItems,
        dim,
        buffer,
        rows,
        device.of(ids),
        device.of(codewords));
    float[] found = device.floats(buffer, vectors.length);
    for (int i = 0; i < vectors.length; i++) {
      int id = ids[i / dim];
      float expected = id < 0 ? vectors[i] : vectors[i] - codewords[id * dim + i % dim];
      findings.require(
          Float.floatToIntBits(found[i]) == Float.floatToIntBits(expected),
          "subtract, row %d, column %d: %s, not %s",
          i / dim,
          i % dim,
          found[i],
          expected);
    }
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(20 * random.nextGaussian()));
    }
    return values;
  }
}
