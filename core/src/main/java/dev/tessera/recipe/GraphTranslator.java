package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.QFormer;
import dev.tessera.nn.QFormerOptions;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.EmbeddedSequence;
import dev.tessera.sequence.Splice;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// GraphTranslator: a node of a graph as 32 rows before the embeddings of a question (Zhang et al.,
/// arXiv 2402.07197). Follows `alibaba/GraphTranslator` at commit 250ff3f.
///
/// GraphSAGE delivers a row `[768]` a node, which BLIP-2's Q-Former sees as an image of length 1,
/// and a linear layer brings the 32 rows to ChatGLM2's width. They take the places of the first 32
/// ids of a sequence, which stand there for nothing else. Thread-safe.
public final class GraphTranslator implements AutoCloseable {
  /// The id that holds the places of a node's rows.
  public static final int PLACEHOLDER = 101;

  private final QFormer qformer;
  private final Linear projection;

  private GraphTranslator(QFormer qformer, Linear projection) {
    this.qformer = qformer;
    this.projection = projection;
  }

  /// A translator by the weights `query_tokens`, `Qformer.bert` and `chatglm2_proj`.
  ///
  /// @throws IOException if a tensor is missing, or has another shape
  public static GraphTranslator of(Tessera tessera, Weights weights) throws IOException {
    return new GraphTranslator(
        tessera.qformer(weights, QFormerOptions.BLIP2),
        Projectors.layer(tessera, weights, "chatglm2_proj", Activation.NONE));
  }

  /// The rows of nodes: `[n x 768] -> [n x 32 x width]`.
  ///
  /// @throws IllegalArgumentException if there are other columns, or gaps between the rows
  public FloatTensor encode(FloatMatrix nodes) {
    if (!nodes.isPacked()) {
      throw new IllegalArgumentException("expected packed rows, found gaps in " + nodes);
    }
    FloatTensor sequences = FloatTensor.of(nodes.segment(), nodes.rows(), 1, nodes.columns());
    return projection.apply(qformer.apply(sequences));
  }

  /// The ids of a question: a placeholder for each row of a node, then the parts, one behind the
  /// other.
  ///
  /// @param parts what the tokenizer makes of the empty text (its beginning of a sequence) and of
  ///   the question; in training of the instruction and the answer
  public int[] ids(int[]... parts) {
    int[] ids = new int[qformer.queries()];
    Arrays.fill(ids, PLACEHOLDER);
    for (int[] part : parts) {
      int length = ids.length;
      ids = Arrays.copyOf(ids, length + part.length);
      System.arraycopy(part, 0, ids, length, part.length);
    }
    return ids;
  }

  /// The embeddings of a node and a question.
  ///
  /// @param node `[32 x width]`
  /// @param ids placeholders first
  /// @param labels of the ids
  /// @param embeddings ChatGLM2's, `[ids x width]`
  public static EmbeddedSequence embed(
      FloatMatrix node, int[] ids, int[] labels, FloatMatrix embeddings) {
    return Splice.overwriteHead().embed(ids, labels, embeddings, List.of(node));
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    qformer.close();
    projection.close();
  }
}
