package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.EmbeddedSequence;
import dev.tessera.sequence.Splice;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;

/// TEA-GLM: a node, or a link, as K rows among the embeddings of text (Wang et al., arXiv
/// 2408.14512). Follows `W-rudder/TEA-GLM` at commit 6cb6366.
///
/// A graph network delivers `[4096]` a node; one linear layer makes `[K * 4096]` of it, read as K
/// rows one behind the other. In a prompt `<Node 1>` becomes the K tokens `<Node 1>` to `<Node K>`,
/// whose ids begin with 32000, and every id from there on is overwritten by a row: no other token
/// may be added to the vocabulary.
///
/// The first 1000 principal components of the language model's token embeddings serve the training
/// of the graph network alone, which is contrasted in their space; nothing takes them afterwards,
/// and so they are not computed here. Thread-safe.
public final class TeaGlm implements AutoCloseable {
  /// What stands in a prompt where a node goes.
  public static final String MARK = "<Node 1>";

  /// The id of `<Node 1>`.
  public static final int FIRST_NODE = 32000;

  /// How many node tokens the vocabulary has.
  public static final int NODE_TOKENS = 109;

  private static final Splice SPLICE = Splice.overwriteFrom(FIRST_NODE);

  private final Linear projector;
  private final int tokens;

  private TeaGlm(Linear projector, int tokens) {
    this.projector = projector;
    this.tokens = tokens;
  }

  /// TEA-GLM by the weights `graph_projector.0.{weight,bias}`.
  ///
  /// @param width columns of the language model's embeddings, 4096 for Vicuna 7B
  /// @throws IOException if one is missing, or does not give whole rows of that width
  public static TeaGlm of(Tessera tessera, Weights weights, int width) throws IOException {
    Linear projector = Projectors.layer(tessera, weights, "graph_projector.0", Activation.NONE);
    int tokens = projector.outputs() / width;
    if (projector.outputs() % width != 0 || tokens > NODE_TOKENS) {
      int outputs = projector.outputs();
      projector.close();
      throw new FormatException(
          "graph_projector.0.weight: expected 1 to %d times %d outputs, found %d"
              .formatted(NODE_TOKENS, width, outputs));
    }
    return new TeaGlm(projector, tokens);
  }

  /// How many rows a node becomes, K.
  public int tokensPerNode() {
    return tokens;
  }

  /// What is projected for a node: row 0 of its subgraph's rows, `[1 x d]`, a view.
  public static FloatMatrix node(FloatMatrix subgraph) {
    return subgraph.slice(0, 1);
  }

  /// What is projected for a link: the mean of rows 0 and 1 of its subgraph's rows, `[1 x d]`.
  public static FloatMatrix link(FloatMatrix subgraph) {
    FloatMatrix mean = FloatMatrix.allocate(1, subgraph.columns());
    for (int i = 0; i < subgraph.columns(); i++) {
      mean.set(0, i, (subgraph.get(0, i) + subgraph.get(1, i)) / 2);
    }
    return mean;
  }

  /// The rows of nodes: `[n x d] -> [n * K x width]`, those of a node one behind the other.
  ///
  /// @throws IllegalArgumentException if there are other columns
  public FloatMatrix project(FloatMatrix nodes) {
    FloatMatrix wide = projector.apply(nodes);
    return FloatMatrix.of(wide.segment(), wide.rows() * tokens, wide.columns() / tokens);
  }

  /// The ids of a prompt in which each [#MARK] becomes the K node tokens. White space beside these
  /// is left out, as it is by the tokenizer that the released code is written for (`transformers`
  /// 4.28).
  public TokenSequence prompt(LlamaText text, String prompt) {
    String[] parts = prompt.split(MARK, -1);
    for (int i = 1; i < parts.length; i++) {
      parts[i - 1] = TextBesideTokens.before(parts[i - 1]);
      parts[i] = TextBesideTokens.behind(parts[i]);
    }
    TokenSequence.Builder sequence = TokenSequence.builder().add("text", text.prompt(parts[0]));
    int[] node = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      node[i] = FIRST_NODE + i;
    }
    for (int i = 1; i < parts.length; i++) {
      sequence.add("node", node).add("text", text.continuation(parts[i]));
    }
    return sequence.build();
  }

  /// The embeddings of a prompt, the rows of nodes over the node tokens.
  ///
  /// @param embeddings the language model's, `[32000 x width]` or more
  /// @param nodes `[n * K x width]`, in the order of their places
  /// @throws IllegalArgumentException if there are not as many rows as node tokens; says how many
  public static EmbeddedSequence embed(int[] ids, FloatMatrix embeddings, FloatMatrix nodes) {
    return SPLICE.embed(ids, embeddings, List.of(nodes));
  }

  /// Frees what the backends allocated for the projector.
  @Override
  public void close() {
    projector.close();
  }
}
