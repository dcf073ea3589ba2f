package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.EmbeddedSequence;
import dev.tessera.sequence.Splice;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// GraphGPT: a row for each node of a subgraph, in the place of as many patch tokens (Tang et al.,
/// arXiv 2310.13023). Follows `HKUDS/GraphGPT` at commit db25a66.
///
/// A graph transformer delivers `[nodes x 128]`, and a linear layer brings each node to the
/// language model's width. In a prompt `<graph>` becomes `<g_start>`, as many `<g_patch>` as there
/// are nodes, and `<g_end>`; the rows are put over the patches, so that the length stays.
/// Thread-safe.
public final class GraphGpt implements AutoCloseable {
  /// What stands in a prompt where a graph goes.
  public static final String MARK = "<graph>";

  /// The id of `<g_patch>`: the first that is added to a vocabulary of 32000.
  public static final int PATCH = 32000;

  /// The id of `<g_start>`.
  public static final int START = 32001;

  /// The id of `<g_end>`.
  public static final int END = 32002;

  private static final Splice SPLICE = Splice.overwriteRuns(START, END);

  private final Linear projector;

  private GraphGpt(Linear projector) {
    this.projector = projector;
  }

  /// GraphGPT by the weights `model.graph_projector.{weight,bias}`.
  ///
  /// @throws IOException if one is missing, or has another shape
  public static GraphGpt of(Tessera tessera, Weights weights) throws IOException {
    return new GraphGpt(
        Projectors.layer(tessera, weights, "model.graph_projector", Activation.NONE));
  }

  /// Nodes in the language model's width: `[nodes x 128] -> [nodes x width]`.
  ///
  /// @throws IllegalArgumentException if there are other columns
  public FloatMatrix project(FloatMatrix nodes) {
    return projector.apply(nodes);
  }

  /// The ids of a prompt with graphs. White space beside a graph stays, as in the released
  /// evaluation; the tokenizer of the released training leaves it out.
  ///
  /// @param prompt with a [#MARK] for each graph
  /// @param nodes how many nodes each graph has, in their order
  /// @throws IllegalArgumentException if there are not as many marks as graphs; says how many
  public static TokenSequence prompt(LlamaText text, String prompt, int... nodes) {
    String[] parts = prompt.split(MARK, -1);
    if (parts.length - 1 != nodes.length) {
      throw new IllegalArgumentException(
          "the prompt has %d times %s for %d graphs"
              .formatted(parts.length - 1, MARK, nodes.length));
    }
    TokenSequence.Builder sequence = TokenSequence.builder().add("text", text.prompt(parts[0]));
    for (int graph = 0; graph < nodes.length; graph++) {
      int[] run = new int[nodes[graph] + 2];
      Arrays.fill(run, PATCH);
      run[0] = START;
      run[run.length - 1] = END;
      sequence.add("graph", run);
      sequence.add("text", text.continuation(parts[graph + 1]));
    }
    return sequence.build();
  }

  /// The embeddings of a prompt, the rows of each graph over its patches.
  ///
  /// @param embeddings the language model's, those of the added tokens included, `[ids x width]`
  /// @param graphs projected nodes, in the order of their places
  /// @throws IllegalArgumentException if a run of patches is not as long as its graph has nodes, or
  ///   there are not as many; says where
  public static EmbeddedSequence embed(
      int[] ids, FloatMatrix embeddings, List<FloatMatrix> graphs) {
    return SPLICE.embed(ids, embeddings, graphs);
  }

  /// Frees what the backends allocated for the projector.
  @Override
  public void close() {
    projector.close();
  }
}
