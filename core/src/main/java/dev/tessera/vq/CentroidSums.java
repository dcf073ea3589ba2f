package dev.tessera.vq;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;

/// Means of clusters in a fixed order: a cluster's members by ascending row, `acc = acc + x` in
/// float32, in segments of exactly 512 members whose sums are added in order, then one division by
/// the number of members. Each cluster is summed by one thread, so that the number of threads
/// changes nothing.
final class CentroidSums {
  /// Members of a segment.
  private static final int SEGMENT = 512;

  /// Clusters a thread takes at a time.
  private static final int CHUNK_CLUSTERS = 16;

  private final FloatMatrix vectors;
  private final int clusters;
  private final int[] members;
  private final int[] begins;

  CentroidSums(FloatMatrix vectors, int clusters) {
    this.vectors = vectors;
    this.clusters = clusters;
    members = new int[(int) vectors.rows()];
    begins = new int[clusters + 1];
  }

  /// The mean of each cluster `[clusters x dim]`; an empty cluster has zeros.
  ///
  /// @param ids the cluster of each row
  FloatMatrix means(int[] ids, WorkerPool pool) {
    sortByCluster(ids);
    FloatMatrix means = FloatMatrix.allocate(clusters, vectors.columns());
    pool.run(
        chunks -> {
          float[] total = new float[vectors.columns()];
          float[] partial = new float[vectors.columns()];
          float[] vector = new float[vectors.columns()];
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int end = (int) Math.min(clusters, (chunk + 1) * CHUNK_CLUSTERS);
            for (int cluster = (int) chunk * CHUNK_CLUSTERS; cluster < end; cluster++) {
              if (begins[cluster] < begins[cluster + 1]) {
                sum(cluster, total, partial, vector);
                writeMean(cluster, total, means);
              }
            }
          }
        },
        Math.ceilDiv(clusters, CHUNK_CLUSTERS));
    return means;
  }

  /// The clusters without members at the last call of [#means], ascending.
  int[] emptyClusters() {
    int[] empty = new int[clusters];
    int count = 0;
    for (int cluster = 0; cluster < clusters; cluster++) {
      if (begins[cluster] == begins[cluster + 1]) {
        empty[count++] = cluster;
      }
    }
    return Arrays.copyOf(empty, count);
  }

  /// A counting sort, which keeps the members of a cluster in ascending order.
  private void sortByCluster(int[] ids) {
    Arrays.fill(begins, 0);
    for (int id : ids) {
      begins[id + 1]++;
    }
    for (int cluster = 0; cluster < clusters; cluster++) {
      begins[cluster + 1] += begins[cluster];
    }
    int[] next = Arrays.copyOf(begins, clusters);
    for (int row = 0; row < ids.length; row++) {
      members[next[ids[row]]++] = row;
    }
  }

  private void sum(int cluster, float[] total, float[] partial, float[] vector) {
    Arrays.fill(total, 0);
    for (int begin = begins[cluster]; begin < begins[cluster + 1]; begin += SEGMENT) {
      int end = Math.min(begin + SEGMENT, begins[cluster + 1]);
      Arrays.fill(partial, 0);
      for (int member = begin; member < end; member++) {
        vectors.copyRow(members[member], vector, 0);
        add(partial, vector);
      }
      add(total, partial);
    }
  }

  private static void add(float[] sum, float[] term) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += term[i];
    }
  }

  private void writeMean(int cluster, float[] total, FloatMatrix means) {
    float count = begins[cluster + 1] - begins[cluster];
    for (int column = 0; column < total.length; column++) {
      means.set(cluster, column, total[column] / count);
    }
  }
}
