package dev.tessera.kernels.opencl;

import java.util.Arrays;
import java.util.Random;

/// The kernels of `centroids.cl`: means of random clusters against plain Java, bit for bit.
///
/// @param blocks work-items of the counting sort
record MeansCheck(int rows, int clusters, int dim, int blocks, long seed) {
  private static final int SEGMENT_ROWS = 512;

  /// Words of a piece of the running sum.
  private static final int PIECE = 256;

  /// @param division how the device divides, from [Division]
  void run(DeviceArrays device, int workItems, String division, Findings findings) {
    Random random = new Random(seed);
    int[] ids = new int[rows];
    float[] vectors = new float[rows * dim];
    for (int row = 0; row < rows; row++) {
      ids[row] = random.nextInt(3) == 0 ? clusters / 2 : random.nextInt(clusters);
    }
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) (random.nextGaussian() * Math.exp(5 * random.nextGaussian()));
    }
    Kernels kernels = new Kernels(device, workItems, division);
    Buffer idBuffer = device.of(ids);
    float[] found = device.floats(means(device, kernels, idBuffer, vectors), clusters * dim);
    float[] expected = expected(vectors, ids);
    for (int i = 0; i < expected.length; i++) {
      findings.require(
          Float.floatToIntBits(found[i]) == Float.floatToIntBits(expected[i]),
          "cluster %d, column %d: %s, not %s",
          i / dim,
          i % dim,
          found[i],
          expected[i]);
    }
    int[] changed = ids.clone();
    for (int row = 0; row < rows; row += 3) {
      changed[row]++;
    }
    Buffer number = device.zeros(Integer.BYTES);
    kernels.run("count_changed", device.of(changed), rows, idBuffer, number);
    findings.require(
        device.ints(number, 1)[0] == Math.ceilDiv(rows, 3)
            && Arrays.equals(device.ints(idBuffer, rows), changed),
        "%d changed rows were counted, not %d",
        device.ints(number, 1)[0],
        Math.ceilDiv(rows, 3));
  }

  private Buffer means(DeviceArrays device, Kernels kernels, Buffer ids, float[] vectors) {
    int blockRows = Math.ceilDiv(rows, blocks);
    Buffer counts = device.zeros((long) clusters * blocks * Integer.BYTES);
    kernels.run("count_members", ids, rows, blockRows, blocks, counts);
    kernels.runningSum(counts, (long) clusters * blocks);
    Buffer begins = device.unwritten((clusters + 1L) * Integer.BYTES);
    kernels.run("cluster_begins", counts, blocks, clusters, rows, begins);
    Buffer members = device.unwritten((long) rows * Integer.BYTES);
    kernels.run("place_members", ids, rows, blockRows, blocks, counts, members);
    Buffer segments = device.unwritten((clusters + 1L) * Integer.BYTES);
    kernels.run("count_segments", begins, clusters, segments);
    kernels.runningSum(segments, clusters + 1L);
    int total = device.ints(segments, clusters + 1)[clusters];
    Buffer partials = device.unwritten((long) total * dim * Float.BYTES);
    kernels.run(
        "sum_segments", dim, device.of(vectors), members, begins, segments, clusters, partials);
    Buffer means = device.unwritten((long) clusters * dim * Float.BYTES);
    kernels.run("join_segments", dim, partials, begins, segments, clusters, means);
    return means;
  }

  /// The definition of CentroidSums, in plain loops.
  private float[] expected(float[] vectors, int[] ids) {
    float[] means = new float[clusters * dim];
    for (int cluster = 0; cluster < clusters; cluster++) {
      for (int column = 0; column < dim; column++) {
        float total = 0;
        float partial = 0;
        int count = 0;
        for (int row = 0; row < ids.length; row++) {
          if (ids[row] == cluster) {
            partial += vectors[row * dim + column];
            count++;
            if (count % SEGMENT_ROWS == 0) {
              total += partial;
              partial = 0;
            }
          }
        }
        if (count % SEGMENT_ROWS != 0) {
          total += partial;
        }
        means[cluster * dim + column] = count == 0 ? 0 : total / count;
      }
    }
    return means;
  }

  private record Kernels(DeviceArrays device, int workItems, String constants) {
    void run(String kernel, Object... arguments) {
      device.run("centroids.cl", constants, kernel, new long[] {3}, workItems, arguments);
    }

    void runningSum(Buffer words, long count) {
      long pieces = Math.ceilDiv(count, (long) PIECE);
      Buffer sums = device.unwritten(pieces * Integer.BYTES);
      if (pieces == 1) {
        device.run("fill.cl", "", "fill", new long[] {1}, 1, sums, 0, 1L);
      } else {
        run("sum_pieces", words, count, sums);
        runningSum(sums, pieces);
      }
      run("start_pieces", words, count, sums);
    }
  }

  @Override
  public String toString() {
    return "means of %d rows, %d clusters, %d columns, %d blocks, seed %d"
        .formatted(rows, clusters, dim, blocks, seed);
  }
}
