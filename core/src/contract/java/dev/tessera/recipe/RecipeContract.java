package dev.tessera.recipe;

import static dev.tessera.recipe.HashedTensors.expectedColumn;
import static dev.tessera.recipe.HashedTensors.expectedFloats;
import static dev.tessera.recipe.HashedTensors.expectedIds;
import static dev.tessera.recipe.HashedTensors.expectedText;
import static dev.tessera.recipe.HashedTensors.matrix;
import static dev.tessera.recipe.HashedTensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.BackendReport;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.vq.Codebook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Each system end to end with small random weights, on every backend, against what
/// `make_fixtures.py` makes of the formulas of its published code in float64: the same ids, and
/// values within the bound of [LinearKernel] where it is one layer that gives them, or, where
/// layers, norms and attention follow each other, within [#TOLERANCE]. Subclasses name the backend,
/// and each test asserts that no other serves.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RecipeContract {
  /// Of the value, or of 1 where that is more.
  private static final float TOLERANCE = 2e-5f;

  private final String backend;
  private final Tessera tessera;

  /// @param backend the name of the backend under test
  protected RecipeContract(String backend) {
    this.backend = backend;
    tessera = Tessera.open(backend);
  }

  @AfterEach
  void noOtherBackendServes() {
    assertThat(tessera.report().entries())
        .filteredOn(BackendReport.Entry::serves)
        .extracting(BackendReport.Entry::name)
        .containsExactly(backend);
  }

  @AfterAll
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

  /// What one linear layer without an activation must give.
  private static void assertWithinBound(float[] found, String name) throws IOException {
    float[] expected = expectedFloats(name);
    float[] magnitudes = expectedFloats(name + ".magnitudes");
    assertThat(found).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i])
          .as("%s, element %d", name, i)
          .isCloseTo(expected[i], within((float) LinearKernel.SUM_ERROR * magnitudes[i]));
    }
  }

  private static float[] floats(FloatTensor tensor) {
    return FloatMatrix.of(tensor.segment(), tensor.first() * tensor.second(), tensor.third())
        .toArray();
  }

  /// SentencePiece's ids.
  @Test
  void llamaText() throws IOException {
    String[] prompts = {
      "it was the best of times",
      "Größe, naïve façade 12345\n  \t🙂",
      "the</s>the worst</s> of times",
      "<s>USER: what is this? ASSISTANT: wisdom</s><s>USER: row 7",
    };
    try (LlamaText legacy = SampleText.llama(tessera, true);
        LlamaText later = SampleText.llama(tessera, false)) {
      for (int i = 0; i < prompts.length; i++) {
        String name = "llama." + i;
        assertThat(legacy.prompt(prompts[i])).as(name).isEqualTo(expectedIds(name + ".legacy"));
        assertThat(later.prompt(prompts[i])).as(name).isEqualTo(expectedIds(name + ".later"));
        int[] ids = legacy.tokenizer().encodeOrdinary(prompts[i]);
        assertThat(ids).as(name).isEqualTo(expectedIds(name + ".ordinary"));
        assertThat(legacy.decode(ids)).as(name).isEqualTo(expectedText(name + ".decoded"));
      }
      assertThat(legacy.prompt("USER: <image>\nwhat is<image>", "<image>", -200))
          .isEqualTo(expectedIds("llama.image"));
    }
  }

  @Test
  void llava() throws IOException {
    HashedTensors weights =
        new HashedTensors("llava.")
            .withLayer("model.mm_projector.0", 20, 12)
            .withLayer("model.mm_projector.2", 12, 12);
    try (Llava llava = Llava.of(tessera, weights.weights())) {
      assertClose(llava.project(matrix("llava.patches", 6, 20)).toArray(), "llava.rows");
    }
  }

  @Test
  void blip2() throws IOException {
    HashedTensors weights = SampleSystems.blip2();
    try (Blip2 blip2 = Blip2.of(tessera, weights.weights(), Blip2.LanguageModel.OPT)) {
      assertClose(floats(blip2.encode(tensor("blip2.images", 2, 5, 20))), "blip2.rows");
    }
  }

  @Test
  void dallE() throws IOException {
    DallE dallE = DallE.of(tessera, SampleSystems.dallE().weights());
    TokenIds ids = dallE.encode(tensor("dalle.logits", 8192, 2, 3));
    assertThat(ids.rows()).isEqualTo(2);
    assertThat(ids.toArray()).isEqualTo(expectedIds("dalle.ids"));
    assertClose(floats(dallE.decode(ids)), "dalle.decoded");
  }

  @Test
  void seed() throws IOException {
    try (Seed seed = Seed.of(tessera, SampleSystems.seed().weights())) {
      TokenIds ids = seed.encode(tensor("seed.images", 2, 5, 20));
      assertThat(ids.toArray()).isEqualTo(expectedIds("seed.ids"));
      assertThat(ids.columns()).isEqualTo(32);
      assertClose(seed.decode(ids).toArray(), "seed.decoded");
    }
  }

  @Test
  void seedWithAReverseQFormer() throws IOException {
    HashedTensors weights =
        SampleSystems.seed()
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
  void emu3() throws IOException {
    try (BpeTokenizer text = SampleText.bytes(tessera);
        Emu3 emu3 = Emu3.of(tessera, SampleSystems.emu3().weights(), text)) {
      TokenIds image = emu3.encode(tensor("emu3.latents", 4, 3, 5));
      assertThat(image.rows()).isEqualTo(3);
      assertThat(image.toArray()).isEqualTo(expectedIds("emu3.ids"));
      assertThat(floats(emu3.decode(image))).isEqualTo(expectedFloats("emu3.decoded"));
    }
  }

  @Test
  void moVqgan() throws IOException {
    try (MoVqgan movq = MoVqgan.of(tessera, SampleSystems.moVqgan().weights())) {
      TokenIds ids = movq.encode(tensor("movq.latents", 4, 3, 5));
      assertThat(ids.rows()).isEqualTo(3);
      assertThat(ids.toArray()).isEqualTo(expectedIds("movq.ids"));
      MoVqgan.Latents latents = movq.decode(ids);
      assertClose(floats(latents.projected()), "movq.projected");
      assertThat(latents.stored().third()).isEqualTo(5);
    }
  }

  @Test
  void moleBert() throws IOException {
    HashedTensors weights = SampleSystems.moleBert();
    FloatMatrix atoms = matrix("mole.atoms", 40, 300);
    TokenIds types = expectedColumn("mole.types");
    try (MoleBert paper = MoleBert.of(tessera, weights.weights(), MoleBert.Lookup.PAPER);
        MoleBert released = MoleBert.of(tessera, weights.weights(), MoleBert.Lookup.RELEASED)) {
      TokenIds ids = paper.encode(atoms, types);
      assertThat(ids.toArray()).isEqualTo(expectedIds("mole.paper"));
      assertThat(released.encode(atoms, types).toArray()).isEqualTo(expectedIds("mole.released"));
      FloatMatrix codewords = matrix("mole.embeddings.weight", 512, 300);
      assertThat(paper.decode(ids).get(7, 3)).isEqualTo(codewords.get(ids.get(7), 3));
    }
  }

  @Test
  void graphsGpt() throws IOException {
    try (GraphsGpt graphsGpt = GraphsGpt.of(tessera, SampleSystems.graphsGpt().weights())) {
      FloatMatrix rows = graphsGpt.embed(SampleSystems.ethanol(), 2, new int[] {5, 0, 127});
      assertClose(rows.toArray(), "graphs.rows");
    }
  }

  @Test
  void nagphormer() throws IOException {
    FloatMatrix features = matrix("llaga.features", 4, 6);
    assertClose(
        floats(Nagphormer.tokens(tessera, SampleSystems.star(), features, 3)), "nagphormer.tokens");
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
        Gqt cosine = Gqt.of(tessera, gqtLevels(), Metric.COSINE)) {
      TokenIds codes = l2.encode(nodes);
      assertThat(codes.toArray()).isEqualTo(expectedIds("gqt.l2"));
      assertThat(cosine.encode(nodes).toArray()).isEqualTo(expectedIds("gqt.cosine"));
      assertClose(l2.decode(codes).toArray(), "gqt.decoded");
      assertThat(l2.vocabulary().size()).isEqualTo(192);
    }
  }

  @Test
  void gqtByHop() throws IOException {
    FloatMatrix hops = Gqt.hops(tessera, SampleSystems.star(), matrix("llaga.features", 4, 6), 2);
    assertClose(hops.toArray(), "gqth.hops");
    try (Gqt gqt = Gqt.byHop(tessera, SampleSystems.gqtByHop().weights())) {
      TokenIds codes = gqt.encode(hops);
      assertThat(codes.toArray()).isEqualTo(expectedIds("gqth.codes"));
      assertThat(gqt.encode(matrix("gqth.nodes", 30, 18)).toArray())
          .isEqualTo(expectedIds("gqth.nodes.codes"));
      assertThat(gqt.ids(codes).toArray()).isEqualTo(expectedIds("gqth.ids"));
      assertThat(gqt.decode(codes).toArray()).isEqualTo(expectedFloats("gqth.decoded"));
      assertThat(gqt.vocabulary().size()).isEqualTo(60);
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

  @Test
  void nodeId() throws IOException {
    List<FloatMatrix> outputs =
        List.of(matrix("nodeid.outputs.0", 40, 12), matrix("nodeid.outputs.1", 40, 9));
    try (NodeId nodeId = NodeId.of(tessera, SampleSystems.nodeId().weights())) {
      TokenIds ids = nodeId.encode(outputs);
      assertThat(ids.columns()).isEqualTo(6);
      assertThat(ids.toArray()).isEqualTo(expectedIds("nodeid.ids"));
      assertClose(nodeId.decode(1, nodeId.ofLayer(1, ids)).toArray(), "nodeid.decoded");
    }
  }

  @Test
  void drE() throws IOException {
    Codebook embeddings = Codebook.of(matrix("dre.embeddings", 90, 10));
    List<FloatMatrix> views =
        List.of(
            matrix("dre.view.0", 25, 10),
            matrix("dre.view.1", 25, 10),
            matrix("dre.view.2", 25, 10));
    int[] words = expectedIds("dre.words");
    try (DrE drE = DrE.of(tessera, embeddings, words, DrE.VIEWS, 4)) {
      TokenIds ids = drE.encode(views);
      assertThat(ids.columns()).isEqualTo(12);
      assertThat(ids.toArray()).isEqualTo(expectedIds("dre.ids"));
      assertClose(drE.decode(ids.sliceColumns(4, 8)).toArray(), "dre.decoded");
    }
  }

  @Test
  void llaga() throws IOException {
    FloatMatrix features = matrix("llaga.features", 4, 6);
    FloatMatrix structure = matrix("llaga.structure", 3, 3);
    TokenIds starts = TokenIds.of(new int[] {0, 1, 2, 3});
    TokenIds trees = Llaga.trees(1, 2).sample(SampleSystems.star(), starts, 1);
    assertThat(trees.toArray()).isEqualTo(expectedIds("llaga.trees"));
    HashedTensors weights =
        new HashedTensors("llaga.")
            .withLayer("model.mm_projector.0", 9, 8)
            .withLayer("model.mm_projector.2", 8, 8);
    try (Llaga llaga = Llaga.of(tessera, weights.weights())) {
      FloatTensor rows = FloatTensor.allocate(4, 3, 8);
      for (int node = 0; node < 4; node++) {
        FloatMatrix detail = llaga.projectDetail(features, structure, trees, node);
        for (int place = 0; place < 3; place++) {
          detail.copyRow(place, rows.atFirst(node), place);
        }
      }
      assertClose(floats(rows), "llaga.detail");
    }
    assertClose(
        floats(Llaga.overview(tessera, SampleSystems.star(), features, 4, Llaga.HopRule.RELEASED)),
        "llaga.released");
    assertClose(
        floats(Llaga.overview(tessera, SampleSystems.star(), features, 4, Llaga.HopRule.PAPER)),
        "llaga.paper");
  }

  @Test
  void graphGpt() throws IOException {
    HashedTensors weights =
        new HashedTensors("graphgpt.").withLayer("model.graph_projector", 16, 12);
    try (GraphGpt graphGpt = GraphGpt.of(tessera, weights.weights())) {
      FloatMatrix rows = graphGpt.project(matrix("graphgpt.nodes", 5, 16));
      assertWithinBound(rows.toArray(), "graphgpt.rows");
    }
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
  void teaGlm() throws IOException {
    try (TeaGlm teaGlm = TeaGlm.of(tessera, SampleSystems.teaGlm().weights(), 8)) {
      assertThat(teaGlm.tokensPerNode()).isEqualTo(3);
      FloatMatrix rows = teaGlm.project(matrix("teaglm.nodes", 2, 16));
      assertThat(rows.rows()).isEqualTo(6);
      assertWithinBound(rows.toArray(), "teaglm.rows");
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
      assertWithinBound(gft.decode(codes).toArray(), "gft.decoded");
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
}
