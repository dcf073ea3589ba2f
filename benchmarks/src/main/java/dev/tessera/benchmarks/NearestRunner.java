package dev.tessera.benchmarks;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;

/// Somebody who finds nearest codewords: a backend, or a peer in the same JVM. What depends on the
/// codebook alone is done beforehand, for everyone.
interface NearestRunner extends AutoCloseable {
  /// Opens a backend or a peer by its name.
  ///
  /// @param points that will be asked for: who wants another form of them makes it now
  /// @throws IllegalArgumentException if a peer knows no such metric or no such number of threads
  static NearestRunner open(
      String name, Codebook codebook, FloatMatrix points, Metric metric, int threads) {
    if (!isPeer(name)) {
      return new TesseraNearest(name, codebook, metric, threads);
    }
    if (metric != Metric.L2 || threads != 1) {
      throw new IllegalArgumentException(
          "the peer %s is measured by L2 on one thread, not by %s on %d"
              .formatted(name, metric, threads));
    }
    return switch (name) {
      case "mkl" -> new MklNearest(codebook);
      case "torch" -> new TorchNearest(codebook, points);
      case "lucene" -> new LuceneNearest(codebook, points);
      default -> new JVectorNearest(codebook, points);
    };
  }

  /// Whether a name is that of a peer.
  static boolean isPeer(String name) {
    return switch (name) {
      case "mkl", "torch", "lucene", "jvector" -> true;
      default -> false;
    };
  }

  /// Whether it goes through pairs of vectors one by one: it is given fewer points, as its rate
  /// does not depend on their number.
  static boolean isSlow(String name) {
    return switch (name) {
      case "scalar", "lucene", "jvector" -> true;
      default -> false;
    };
  }

  /// Ids of the nearest codewords.
  ///
  /// @param points `[n x d]`, those given to [#open] or the first of them
  /// @param ids `[n]`, written
  void encode(FloatMatrix points, TokenIds ids);

  /// What packing the codebook cost.
  Preparation preparation();

  /// How it goes about it, in words.
  String describe();

  @Override
  void close();
}
