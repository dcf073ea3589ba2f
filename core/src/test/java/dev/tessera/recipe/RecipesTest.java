package dev.tessera.recipe;

import static dev.tessera.recipe.HashedTensors.expectedColumn;
import static dev.tessera.recipe.HashedTensors.expectedFloats;
import static dev.tessera.recipe.HashedTensors.expectedIds;
import static dev.tessera.recipe.HashedTensors.matrix;
import static dev.tessera.recipe.HashedTensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.graph.EdgeList;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorFile;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.BondVocabulary;
import dev.tessera.sequence.BondVocabulary.Kind;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.Molecule.Bond;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each system end to end with small random weights, against what `make_fixtures.py` makes of the
/// formulas of its published code.
class RecipesTest {
  private static final float TOLERANCE = 2e-5f;

  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  private static void assertClose(float[] found, String name) throws IOException {
    float[] expected = expectedFloats(name);
    assertThat(found).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      float bound = TOLERANCE * Math.max(1, Math.abs(expected[i]));
      assertThat(found[i]).as("%s, element %d", name, i).isCloseTo(expected[i], within(bound));
    }
  }

  private static float[] floats(FloatTensor tensor) {
    return FloatMatrix.of(tensor.segment(), tensor.first() * tensor.second(), tensor.third())
        .toArray();
  }

  static HashedTensors seedWeights() {
    HashedTensors weights =
        new HashedTensors("seed.")
            .withQFormer(32, 24, 48, 20)
            .withNorm("ln_vision", 20)
            .withLayer("encode_task_layer.0", 24, 24)
            .withLayer("encode_task_layer.2", 24, 32)
            .with("quantize.embedding.weight", 8192, 32)
            .withLayer("decode_task_layer.0", 32, 32)
            .withLayer("decode_task_layer.2", 32, 24)
            .with("pos_embed_image", 1, 32, 24)
            .withPlainLayer("image_down.0", 24, 8)
            .withPlainLayer("image_down.2", 8, 6)
            .withPlainLayer("image_down.4", 6, 4)
            .withLayer("distill_image_proj", 128, 16);
    for (int i = 0; i < 2; i++) {
      String block = "blocks_image." + i + ".";
      weights
          .withNorm(block + "norm1", 24)
          .withLayer(block + "attn.qkv", 24, 72)
          .withLayer(block + "attn.proj", 24, 24)
          .withNorm(block + "norm2", 24)
          .withLayer(block + "mlp.fc1", 24, 96)
          .withLayer(block + "mlp.fc2", 96, 24);
    }
    return weights;
  }

  @Test
  void seed() throws IOException {
    try (Seed seed = Seed.of(tessera, seedWeights().weights())) {
      TokenIds ids = seed.encode(tensor("seed.images", 2, 5, 20));
      assertThat(ids.toArray()).isEqualTo(expectedIds("seed.ids"));
      assertThat(ids.columns()).isEqualTo(32);
      assertClose(seed.decode(ids).toArray(), "seed.decoded");
      assertThatThrownBy(() -> seed.decode(TokenIds.allocate(1, 31)))
          .hasMessage("an image has 32 tokens, not 31");
      assertThatThrownBy(() -> seed.encodeRows(FloatMatrix.allocate(33, 32)))
          .hasMessage("expected 32 rows an image, found 33 rows");
      assertThatThrownBy(() -> seed.encodeQueries(FloatTensor.allocate(1, 31, 24)))
          .hasMessageStartingWith("expected the Q-Former's output [n x 32 x 24], packed, found");
    }
  }

  @Test
  void seedWithAReverseQFormer() throws IOException {
    HashedTensors weights =
        seedWeights()
            .without("distill_image_proj.weight")
            .withPlainLayer("distill_image_proj", 24, 16)
            .with("reverse_tokens", 1, 1, 24)
            .withQFormerBody("Reverse_Qformer.bert.", 24, 48, 24);
    try (Seed seed = Seed.of(tessera, weights.weights())) {
      TokenIds ids = TokenIds.of(expectedIds("seed.ids"), 2, 32);
      assertClose(seed.decode(ids).toArray(), "seed.reversed");
    }
  }

  @Test
  void weightsThatLackOrHaveAnotherShapeAreNamed() {
    assertThatThrownBy(
            () -> Seed.of(tessera, seedWeights().without("quantize.embedding.weight").weights()))
        .hasMessageContaining("expected a tensor called 'quantize.embedding.weight'");
    assertThatThrownBy(
            () ->
                MoleBert.of(
                    tessera,
                    new HashedTensors("").with("embeddings.weight", 511, 300).weights(),
                    MoleBert.Lookup.PAPER))
        .hasMessageEndingWith(
            "expected 'embeddings.weight' with the shape [512 x 300], found [511 x 300]");
    assertThatThrownBy(
            () ->
                DallE.of(
                    tessera,
                    new HashedTensors("").with("blocks.input.w", 8192, 128, 1, 1).weights()))
        .hasMessageContaining("expected the shape [128 x 8192 x 1 x 1], found [8192 x 128]");
  }

  @Test
  void moVqgan() throws IOException {
    HashedTensors weights =
        new HashedTensors("movq.")
            .with("quantize.embedding.weight", 16384, 4)
            .with("quant_conv.weight", 4, 4, 1, 1)
            .with("quant_conv.bias", 4)
            .with("post_quant_conv.weight", 4, 4, 1, 1)
            .with("post_quant_conv.bias", 4);
    try (MoVqgan movq = MoVqgan.of(tessera, weights.weights())) {
      TokenIds ids = movq.encode(tensor("movq.latents", 4, 3, 5));
      assertThat(ids.rows()).isEqualTo(3);
      assertThat(ids.toArray()).isEqualTo(expectedIds("movq.ids"));
      MoVqgan.Latents latents = movq.decode(ids);
      assertClose(floats(latents.projected()), "movq.projected");
      assertThat(latents.stored().third()).isEqualTo(5);
      assertThatThrownBy(() -> movq.encode(FloatTensor.allocate(3, 3, 5)))
          .hasMessageStartingWith("expected 4 channels, as in [4 x h x w], found");
    }
  }

  @Test
  void moleBert() throws IOException {
    HashedTensors weights = new HashedTensors("mole.").with("embeddings.weight", 512, 300);
    FloatMatrix atoms = matrix("mole.atoms", 40, 300);
    TokenIds types = expectedColumn("mole.types");
    try (MoleBert paper = MoleBert.of(tessera, weights.weights(), MoleBert.Lookup.PAPER);
        MoleBert released = MoleBert.of(tessera, weights.weights(), MoleBert.Lookup.RELEASED)) {
      TokenIds ids = paper.encode(atoms, types);
      assertThat(ids.toArray()).isEqualTo(expectedIds("mole.paper"));
      assertThat(released.encode(atoms, types).toArray()).isEqualTo(expectedIds("mole.released"));
      FloatMatrix codewords = matrix("mole.embeddings.weight", 512, 300);
      assertThat(paper.decode(ids).get(7, 3)).isEqualTo(codewords.get(ids.get(7), 3));
      assertThatThrownBy(() -> paper.encode(atoms, types.slice(0, 39)))
          .hasMessage("there are 40 atoms and 39 types");
    }
    Molecule ethanol =
        Molecule.of(new int[] {6, 6, 8}, List.of(new Bond(0, 1, 1), new Bond(1, 2, 1)));
    assertThat(MoleBert.atomTypes(ethanol).toArray()).containsExactly(5, 5, 7);
    assertThat(MoleBert.maskedAtoms(20, 0.15)).isEqualTo(4);
    assertThat(MoleBert.mask(20, 0.15, 3)).hasSize(4).doesNotHaveDuplicates();
    assertThat(MoleBert.mask(20, 0.15, 3)).isEqualTo(MoleBert.mask(20, 0.15, 3));
    assertThat(MoleBert.mask(1, 0.3, 3)).containsExactly(0);
    assertThatThrownBy(() -> MoleBert.mask(0, 0.3, 3))
        .hasMessage("1 of a molecule's 0 atoms cannot be masked");
  }

  static HashedTensors dallEWeights() {
    return new HashedTensors("dalle.")
        .with("blocks.input.w", 128, 8192, 1, 1)
        .with("blocks.input.b", 128);
  }

  @Test
  void dallE() throws IOException {
    DallE dallE = DallE.of(tessera, dallEWeights().weights());
    TokenIds ids = dallE.encode(tensor("dalle.logits", 8192, 2, 3));
    assertThat(ids.rows()).isEqualTo(2);
    assertThat(ids.toArray()).isEqualTo(expectedIds("dalle.ids"));
    assertClose(floats(dallE.decode(ids)), "dalle.decoded");
    assertThat(DallE.toEncoder(0)).isEqualTo(0.1f);
    assertThat(DallE.toEncoder(1)).isCloseTo(0.9f, within(1e-6f));
    assertThat(DallE.fromDecoder(0)).isCloseTo(0.5f, within(1e-6f));
    assertThat(DallE.fromDecoder(100)).isEqualTo(1);
    assertThat(DallE.fromDecoder(-100)).isEqualTo(0);
    assertThat(DallE.vocabulary(16384, 256).id("image", 0)).isEqualTo(16640);
    assertThatThrownBy(() -> dallE.decode(TokenIds.of(new int[] {0, 8192}, 1, 2)))
        .hasMessage("row 0, column 1 has the id 8192, which is outside [0, 8192)");
  }

  @Test
  void blip2() throws IOException {
    HashedTensors weights =
        new HashedTensors("blip2.")
            .withQFormer(4, 24, 48, 20)
            .withNorm("ln_vision", 20)
            .withLayer("opt_proj", 24, 10);
    try (Blip2 blip2 = Blip2.of(tessera, weights.weights(), Blip2.LanguageModel.OPT)) {
      FloatTensor rows = blip2.encode(tensor("blip2.images", 2, 5, 20));
      assertClose(floats(rows), "blip2.rows");
      FloatMatrix table = matrix("table", 7, 10);
      int[] ids = {1, 2};
      assertThat(Blip2.embed(rows.atFirst(0), ids, ids, table).labels())
          .containsExactly(-100, -100, -100, -100, 1, 2);
    }
    assertThatThrownBy(() -> Blip2.of(tessera, weights.weights(), Blip2.LanguageModel.T5))
        .hasMessageContaining("expected a tensor called 't5_proj.weight'");
  }

  @Test
  void graphTranslator() throws IOException {
    HashedTensors weights =
        new HashedTensors("translator.")
            .withQFormer(4, 24, 48, 20)
            .withLayer("chatglm2_proj", 24, 10);
    try (GraphTranslator translator = GraphTranslator.of(tessera, weights.weights())) {
      FloatTensor rows = translator.encode(matrix("translator.nodes", 3, 20));
      assertClose(floats(rows), "translator.rows");
      int[] ids = translator.ids(new int[] {5, 6}, new int[] {7});
      assertThat(ids).containsExactly(101, 101, 101, 101, 5, 6, 7);
      FloatMatrix table = matrix("table", 102, 10);
      FloatMatrix embedded = GraphTranslator.embed(rows.atFirst(1), ids, ids, table).rows();
      assertThat(embedded.rows()).isEqualTo(7);
      assertThat(embedded.get(3, 9)).isEqualTo(rows.get(1, 3, 9));
      assertThat(embedded.get(4, 0)).isEqualTo(table.get(5, 0));
    }
  }

  @Test
  void llava() throws IOException {
    HashedTensors weights =
        new HashedTensors("llava.")
            .withLayer("model.mm_projector.0", 20, 12)
            .withLayer("model.mm_projector.2", 12, 12);
    try (Llava llava = Llava.of(tessera, weights.weights())) {
      FloatMatrix rows = llava.project(matrix("llava.patches", 6, 20));
      assertClose(rows.toArray(), "llava.rows");
      assertThat(llava.width()).isEqualTo(12);
    }
    HashedTensors linear = new HashedTensors("").withLayer("model.mm_projector", 20, 12);
    try (Llava llava = Llava.of(tessera, linear.weights())) {
      assertThat(llava.project(matrix("x", 2, 20)).columns()).isEqualTo(12);
    }
    assertThatThrownBy(() -> Llava.of(tessera, new HashedTensors("").weights()))
        .hasMessageContaining("expected a tensor called 'model.mm_projector.0.weight'");
  }

  @Test
  void aProjectorIsReadFromTheFileThatTrainingSaves() throws Exception {
    Path file =
        Path.of(Objects.requireNonNull(RecipesTest.class.getResource("mm_projector.bin")).toURI());
    try (Llava llava = Llava.of(tessera, Weights.of(TensorFile.open(file)))) {
      FloatMatrix rows = llava.project(FloatMatrix.of(new float[] {1, 0, 0, 0}, 1, 4));
      float[] expected = {
        (float) Activation.GELU.apply(-4.5), (float) Activation.GELU.apply(6.5), 17.5f
      };
      for (int i = 0; i < 3; i++) {
        assertThat(rows.get(0, i)).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void graphGpt() throws IOException {
    HashedTensors weights =
        new HashedTensors("graphgpt.").withLayer("model.graph_projector", 16, 12);
    try (GraphGpt graphGpt = GraphGpt.of(tessera, weights.weights())) {
      assertClose(graphGpt.project(matrix("graphgpt.nodes", 5, 16)).toArray(), "graphgpt.rows");
    }
  }

  @Test
  void teaGlm() throws IOException {
    HashedTensors weights = new HashedTensors("teaglm.").withLayer("graph_projector.0", 16, 24);
    try (TeaGlm teaGlm = TeaGlm.of(tessera, weights.weights(), 8)) {
      assertThat(teaGlm.tokensPerNode()).isEqualTo(3);
      FloatMatrix rows = teaGlm.project(matrix("teaglm.nodes", 2, 16));
      assertThat(rows.rows()).isEqualTo(6);
      assertClose(rows.toArray(), "teaglm.rows");
    }
    assertThatThrownBy(() -> TeaGlm.of(tessera, weights.weights(), 7))
        .hasMessageContaining("expected 1 to 109 times 7 outputs, found 24");
    FloatMatrix subgraph = FloatMatrix.of(new float[] {1, 2, 3, 6}, 2, 2);
    assertThat(TeaGlm.node(subgraph).toArray()).containsExactly(1, 2);
    assertThat(TeaGlm.link(subgraph).toArray()).containsExactly(2, 4);
  }

  /// The star 0-1, 0-2, 1-3.
  static Graph star() {
    return Graph.of(EdgeList.of(new int[] {0, 0, 1}, new int[] {1, 2, 3}), GraphOptions.UNDIRECTED);
  }

  static HashedTensors llagaWeights() {
    return new HashedTensors("llaga.")
        .withLayer("model.mm_projector.0", 9, 8)
        .withLayer("model.mm_projector.2", 8, 8);
  }

  @Test
  void llaga() throws IOException {
    FloatMatrix features = matrix("llaga.features", 4, 6);
    FloatMatrix structure = matrix("llaga.structure", 3, 3);
    TokenIds trees = Llaga.trees(1, 2).sample(star(), TokenIds.of(new int[] {0, 1, 2, 3}), 1);
    assertThat(trees.toArray()).isEqualTo(expectedIds("llaga.trees"));
    try (Llaga llaga = Llaga.of(tessera, llagaWeights().weights())) {
      FloatTensor rows = FloatTensor.allocate(4, 3, 8);
      for (int node = 0; node < 4; node++) {
        FloatMatrix detail = llaga.projectDetail(features, structure, trees, node);
        for (int place = 0; place < 3; place++) {
          for (int i = 0; i < 8; i++) {
            rows.set(node, place, i, detail.get(place, i));
          }
        }
      }
      assertClose(floats(rows), "llaga.detail");
    }
    assertClose(
        floats(Llaga.overview(tessera, star(), features, 4, Llaga.HopRule.RELEASED)),
        "llaga.released");
    assertClose(
        floats(Llaga.overview(tessera, star(), features, 4, Llaga.HopRule.PAPER)), "llaga.paper");
  }

  @Test
  void nagphormer() throws IOException {
    FloatTensor tokens = Nagphormer.tokens(tessera, star(), matrix("llaga.features", 4, 6), 3);
    assertClose(floats(tokens), "nagphormer.tokens");
  }

  private static List<Codebook> gqtLevels() {
    List<Codebook> levels = new ArrayList<>();
    for (int q = 0; q < 3; q++) {
      levels.add(Codebook.of(matrix("gqt.level." + q, Math.pow(2, -q), 64, 16)));
    }
    return levels;
  }

  @Test
  void gqt() throws IOException {
    FloatMatrix nodes = matrix("gqt.nodes", 50, 16);
    HashedTensors weights = new HashedTensors("gqt.");
    for (int q = 0; q < 3; q++) {
      FloatMatrix level = gqtLevels().get(q).codewords();
      weights.with("layers." + q + "._codebook.embed", Tensor.of(level, 1, 64, 16));
    }
    try (Gqt l2 = Gqt.of(tessera, weights.weights(), Metric.L2);
        NodeId nodeId = NodeId.ofWeights(tessera, List.of(weights.weights()));
        Gqt cosine = Gqt.of(tessera, gqtLevels(), Metric.COSINE)) {
      TokenIds codes = l2.encode(nodes);
      assertThat(codes.toArray()).isEqualTo(expectedIds("gqt.l2"));
      assertThat(cosine.encode(nodes).toArray()).isEqualTo(expectedIds("gqt.cosine"));
      assertThat(nodeId.encode(List.of(nodes)).toArray()).isEqualTo(expectedIds("gqt.cosine"));
      assertClose(l2.decode(codes).toArray(), "gqt.decoded");
      assertThat(l2.vocabulary().size()).isEqualTo(192);
    }
  }

  @Test
  void vqGraph() throws IOException {
    FloatMatrix nodes = matrix("gqt.nodes", 50, 16);
    Codebook codebook = gqtLevels().getFirst();
    HashedTensors weights =
        new HashedTensors("").with("_codebook.embed", Tensor.of(codebook.codewords()));
    try (VqGraph vqGraph = VqGraph.of(tessera, weights.weights(), 0.5)) {
      TokenIds ids = vqGraph.encode(nodes);
      assertThat(ids.toArray()).isEqualTo(expectedIds("vqgraph.ids"));
      assertThat(vqGraph.decode(ids).toArray()).isEqualTo(codebook.gather(ids).toArray());
      float[] assignment = new float[50 * 64];
      vqGraph.assign(
          nodes,
          (firstRow, rows) -> {
            for (int row = 0; row < rows.rows(); row++) {
              for (int code = 0; code < 64; code++) {
                assignment[(int) (firstRow + row) * 64 + code] = (float) rows.get(row, code);
              }
            }
          });
      assertClose(assignment, "vqgraph.assignment");
    }
  }

  /// The golden values of the published quantizer.
  @Test
  void nodeId() {
    List<Codebook> levels =
        List.of(
            Codebook.of(
                FloatMatrix.of(
                    new float[] {
                      .13f, -.13f, .64f, .1f, -.54f, .36f, 1.3f, .95f, -.7f, -1.27f, -.62f, .04f
                    },
                    4,
                    3)),
            Codebook.of(
                FloatMatrix.of(
                    new float[] {
                      -2.33f, -.22f, -1.25f, -.73f, -.54f, -.32f, .41f, 1.04f, -.13f, 1.37f, -.67f,
                      .35f
                    },
                    4,
                    3)),
            Codebook.of(
                FloatMatrix.of(
                    new float[] {
                      .9f, .09f, -.74f, -.92f, -.46f, .22f, -1.01f, -.21f, -.16f, .54f, .21f, .36f
                    },
                    4,
                    3)));
    FloatMatrix node = FloatMatrix.of(new float[] {.9f, -.4f, .3f}, 1, 3);
    try (NodeId nodeId = NodeId.of(tessera, List.of(levels, levels));
        Gqt l2 = Gqt.of(tessera, levels, Metric.L2)) {
      TokenIds ids = nodeId.encode(List.of(node, node));
      assertThat(ids.toArray()).containsExactly(1, 3, 2, 1, 3, 2);
      assertThat(nodeId.decode(1, ids.sliceColumns(3, 6)).get(0, 0))
          .isCloseTo(.1f + 1.37f - 1.01f, within(1e-6f));
      assertThat(l2.encode(node).toArray()).containsExactly(1, 2, 3);
      assertThatThrownBy(() -> nodeId.encode(List.of(node)))
          .hasMessage("there are 2 layers and 1 outputs");
      assertThatThrownBy(() -> nodeId.encode(List.of(node, FloatMatrix.allocate(2, 3))))
          .hasMessage("layer 0 has 1 rows, layer 1 has 2");
    }
  }

  @Test
  void gft() throws IOException {
    HashedTensors weights =
        new HashedTensors("gft.")
            .withLayer("project_in", 8, 12)
            .with("_codebook.embed", 2, 5, 6)
            .withLayer("project_out", 12, 8);
    try (Gft gft = Gft.of(tessera, weights.weights())) {
      TokenIds codes = gft.encode(matrix("gft.rows", 30, 8));
      assertThat(codes.toArray()).isEqualTo(expectedIds("gft.codes"));
      assertClose(gft.decode(codes).toArray(), "gft.decoded");
      assertThat(gft.codewords(codes).columns()).isEqualTo(12);
      assertThat(gft.ids(codes).get(0, 1)).isEqualTo(codes.get(0, 1) + 5);
    }
  }

  @Test
  void stag() throws IOException {
    HashedTensors weights = new HashedTensors("stag.").withLayer("proj", 4, 10);
    Codebook words = Codebook.of(matrix("stag.words", 40, 10));
    try (Stag stag = Stag.of(tessera, words, weights.weights(), "proj", .41f, .59f)) {
      FloatMatrix fused = stag.fuse(matrix("stag.text", 7, 10), matrix("stag.graph", 7, 4));
      assertClose(fused.toArray(), "stag.fused");
      assertClose(stag.soft(fused).toArray(), "stag.soft");
      assertThat(stag.encode(fused).toArray()).isEqualTo(expectedIds("stag.hard"));
    }
  }

  static MoleculeSequence ethanol() {
    BondVocabulary bonds = BondVocabulary.of(Map.of(Kind.of(6, 6, 1), 119, Kind.of(6, 8, 1), 120));
    return new MoleculeSerializer(bonds)
        .write(Molecule.of(new int[] {6, 6, 8}, List.of(new Bond(0, 1, 1), new Bond(1, 2, 1))));
  }

  static HashedTensors graphsGptWeights() {
    return new HashedTensors("graphs.")
        .with("embed_tokens.weight", 212, 16)
        .withNorm("embed_tokens.norm", 16)
        .with("embed_identifier.weight", 2, 16)
        .withNorm("embed_identifier.norm", 16)
        .with("embed_fingerprint.weight", 1, 16)
        .withNorm("embed_fingerprint.norm", 16)
        .with("embed_fingerprint_position.weight", 8, 16)
        .withNorm("embed_fingerprint_position.norm", 16)
        .with("embed_graph_position.learnable_orthonormal_features.weight", 128, 128)
        .with("embed_graph_position.graph_position_proj.weight", 16, 256)
        .withNorm("embed_graph_position.norm", 16);
  }

  @Test
  void graphsGpt() throws IOException {
    try (GraphsGpt graphsGpt = GraphsGpt.of(tessera, graphsGptWeights().weights())) {
      int[] rows = {5, 0, 127};
      assertClose(graphsGpt.embed(ethanol(), 2, rows).toArray(), "graphs.rows");
      assertThatThrownBy(() -> graphsGpt.embed(ethanol(), 9, rows))
          .hasMessage("the model has positions for 8 graph words, not 9");
      assertThatThrownBy(() -> graphsGpt.embed(ethanol(), 1, new int[] {0, 128, 2}))
          .hasMessageStartingWith("place 1 has no row of the table");
      FloatMatrix table =
          matrix("graphs.embed_graph_position.learnable_orthonormal_features.weight", 128, 128);
      GraphsGptDecoder decoder = GraphsGptDecoder.of(graphsGptWeights().weights());
      assertThat(decoder.connection(table.slice(2, 3), 3, true)).isEqualTo(2);
      assertThat(decoder.connection(table.slice(5, 6), 3, true))
          .isEqualTo(GraphsGptDecoder.NEW_ATOM);
      assertThat(decoder.connection(table.slice(5, 6), 3, false)).isBetween(0, 2);
    }
    assertThat(GraphsGptDecoder.bondId(1)).isEqualTo(120);
    assertThat(GraphsGptDecoder.atomId(5)).isEqualTo(7);
  }

  /// Two graph words, the beginning, and C - C - O with its bonds.
  @Test
  void graphsGptDecoderMask() {
    FloatMatrix mask = GraphsGptDecoder.mask(ethanol(), 2);
    String[] seen = {
      "xx......", // a word sees the words
      "xx......",
      "xxx.....", // the beginning
      "xxxxxx..", // the first atom sees the two tokens behind it
      "xxxxxx..", // a bond sees the new atom behind it
      "xxxxxx..",
      "xxxxxxxx",
      "xxxxxxxx",
    };
    for (int i = 0; i < seen.length; i++) {
      StringBuilder row = new StringBuilder();
      for (int j = 0; j < seen.length; j++) {
        row.append(mask.get(i, j) == 0 ? 'x' : '.');
      }
      assertThat(row).as("position %d", i).hasToString(seen[i]);
    }
  }
}
