package dev.tessera.vq;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;

/// Means of clusters in a fixed order: a cluster's members by ascending row, `acc = acc + x` in
/// float32, in segments of exactly 512 members whose sums are added in order, then one division by
/// the number of members.
///
/// Rows are read in their own order, which is the memory's, and added to the sums of their
/// clusters. Each cluster belongs to one group, each group to one thread, so that the number of
/// threads changes nothing.
final class CentroidSums {
  /// Members of a segment.
  private static final int SEGMENT = 512;

  /// Bytes of a group's sums: half of a second-level cache of 1 MB.
  private static final long GROUP_BYTES = 512 << 10;

  private final FloatMatrix vectors;
  private final int clusters;
  private final int dim;
  private final int[] counts;

  CentroidSums(FloatMatrix vectors, int clusters) {
    this.vectors = vectors;
    this.clusters = clusters;
    dim = vectors.columns();
    counts = new int[clusters];
  }

  /// The mean of each cluster `[clusters x dim]`; an empty cluster has zeros.
  ///
  /// @param ids the cluster of each row
  FloatMatrix means(int[] ids, WorkerPool pool) {
    return add(ids, pool, true);
  }

  /// The sum of each cluster `[clusters x dim]`; an empty cluster has zeros.
  ///
  /// @param ids the cluster of each row; a row with a negative one belongs to none
  FloatMatrix sums(int[] ids, WorkerPool pool) {
    return add(ids, pool, false);
  }

  private FloatMatrix add(int[] ids, WorkerPool pool, boolean divided) {
    FloatMatrix results = FloatMatrix.allocate(clusters, dim);
    int groupClusters = groupClusters(pool.threads());
    pool.run(
        chunks -> {
          Group group = new Group(groupClusters);
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int from = (int) chunk * groupClusters;
            group.sum(ids, from, Math.min(clusters, from + groupClusters));
            group.write(results, divided);
          }
        },
        Math.ceilDiv(clusters, groupClusters));
    return results;
  }

  private int groupClusters(int threads) {
    long fitting = Math.max(1, GROUP_BYTES / (Math.max(1, dim) * (long) Float.BYTES));
    return (int) Math.clamp(Math.ceilDiv((long) clusters, threads), 1, fitting);
  }

  /// The numbers of members at the last call.
  int[] counts() {
    return counts;
  }

  /// Sums of neighbouring clusters.
  private final class Group {
    private final float[] partials;
    private final float[] totals;
    private final float[] vector = new float[dim];
    private int first;
    private int end;

    Group(int size) {
      partials = new float[Math.multiplyExact(size, dim)];
      totals = new float[partials.length];
    }

    /// Sums up the members of clusters `first` to `end - 1`.
    void sum(int[] ids, int first, int end) {
      this.first = first;
      this.end = end;
      Arrays.fill(partials, 0);
      Arrays.fill(totals, 0);
      Arrays.fill(counts, first, end, 0);
      for (int row = 0; row < ids.length; row++) {
        int cluster = ids[row];
        if (cluster >= first && cluster < end) {
          int at = (cluster - first) * dim;
          vectors.copyRow(row, vector, 0);
          add(vector, 0, partials, at, dim);
          counts[cluster]++;
          if (counts[cluster] % SEGMENT == 0) {
            endSegment(at);
          }
        }
      }
      for (int cluster = first; cluster < end; cluster++) {
        if (counts[cluster] % SEGMENT != 0) {
          endSegment((cluster - first) * dim);
        }
      }
    }

    private void endSegment(int at) {
      add(partials, at, totals, at, dim);
      Arrays.fill(partials, at, at + dim, 0);
    }

    private static void add(float[] terms, int from, float[] sums, int to, int count) {
      for (int i = 0; i < count; i++) {
        sums[to + i] += terms[from + i];
      }
    }

    /// @param divided whether means are written, or else sums
    void write(FloatMatrix results, boolean divided) {
      for (int cluster = first; cluster < end; cluster++) {
        float count = divided ? Math.max(1, counts[cluster]) : 1;
        int at = (cluster - first) * dim;
        for (int column = 0; column < dim; column++) {
          results.set(cluster, column, totals[at + column] / count);
        }
      }
    }
  }
}
