package dev.tessera.cli;

import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphFile;
import dev.tessera.graph.GraphOptions;
import dev.tessera.io.Rounding;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The graph that a command reads.
final class GraphOption {
  @Parameters(
      index = "0",
      paramLabel = "GRAPH",
      description = {
        "The graph: a matrix that scipy.sparse.save_npz wrote, GRAPH.npz (CSR, CSC or COO);",
        "pairs of nodes, GRAPH.npy ([2 x edges], sources first, or [edges x 2]);",
        "a text of edges, `source target [weight]` a line;",
        "or PREFIX, for PREFIX_indptr.npy, PREFIX_indices.npy and, if it is there,",
        "PREFIX_weights.npy."
      })
  private Path graph = Path.of("");

  @Option(
      names = "--undirected",
      description =
          "Take each edge both ways; edges that were listed both ways, and have weights, become"
              + " twice as heavy.")
  private boolean undirected;

  @Option(
      names = "--round",
      description =
          "Take the nearest float32 of numbers that float32 cannot hold, instead of refusing them.")
  private boolean round;

  Path path() {
    return graph;
  }

  Rounding rounding() {
    return round ? Rounding.NEAREST : Rounding.EXACT;
  }

  /// Reads the graph.
  ///
  /// @param nodes the number of nodes, or [GraphOptions#FROM_EDGES]
  Graph load(int nodes, int threads) throws IOException {
    GraphOptions options =
        GraphOptions.DIRECTED.withNodes(nodes).withUndirected(undirected).withThreads(threads);
    try {
      return GraphFile.load(graph, options, rounding());
    } catch (IOException e) {
      throw VectorsOption.explained(e);
    }
  }
}
