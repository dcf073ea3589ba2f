package dev.tessera.recipe;

import static dev.tessera.recipe.HashedTensors.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.io.TensorFile;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.Molecule.Bond;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the systems do beside encoding and decoding, which is [RecipeContract]'s: other forms of
/// weights, what stands around the networks, and bad input.
class RecipesTest {
  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void seedNamesWhatIsNoImage() throws IOException {
    try (Seed seed = Seed.of(tessera, SampleSystems.seed().weights())) {
      assertThatThrownBy(() -> seed.decode(TokenIds.allocate(1, 31)))
          .hasMessage("an image has 32 tokens, not 31");
      assertThatThrownBy(() -> seed.encodeRows(FloatMatrix.allocate(33, 32)))
          .hasMessage("expected 32 rows an image, found 33 rows");
      assertThatThrownBy(() -> seed.encodeQueries(FloatTensor.allocate(1, 31, 24)))
          .hasMessageStartingWith("expected the Q-Former's output [n x 32 x 24], packed, found");
    }
  }

  @Test
  void weightsThatLackOrHaveAnotherShapeAreNamed() {
    assertThatThrownBy(
            () ->
                Seed.of(
                    tessera, SampleSystems.seed().without("quantize.embedding.weight").weights()))
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
    assertThatThrownBy(
            () -> NodeId.of(tessera, new HashedTensors("").with("vqs.0.x", 2, 2).weights()))
        .hasMessageContaining("expected a tensor called 'vqs.0.vq_layers.0._codebook.embed'");
  }

  @Test
  void moVqganNamesOtherChannels() throws IOException {
    try (MoVqgan movq = MoVqgan.of(tessera, SampleSystems.moVqgan().weights())) {
      assertThatThrownBy(() -> movq.encode(FloatTensor.allocate(3, 3, 5)))
          .hasMessageStartingWith("expected 4 channels, as in [4 x h x w], found");
    }
  }

  @Test
  void moleBertMasksAtoms() throws IOException {
    FloatMatrix atoms = matrix("mole.atoms", 40, 300);
    HashedTensors weights = SampleSystems.moleBert();
    try (MoleBert paper = MoleBert.of(tessera, weights.weights(), MoleBert.Lookup.PAPER)) {
      assertThatThrownBy(() -> paper.encode(atoms, TokenIds.allocate(39)))
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

  @Test
  void dallEMapsPixelsBothWays() throws IOException {
    DallE dallE = DallE.of(tessera, SampleSystems.dallE().weights());
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
  void blip2LearnsNothingAtAnImage() {
    HashedTensors weights = SampleSystems.blip2();
    FloatMatrix table = matrix("table", 7, 10);
    int[] ids = {1, 2};
    assertThat(Blip2.embed(matrix("blip2.image", 4, 10), ids, ids, table).labels())
        .containsExactly(-100, -100, -100, -100, 1, 2);
    assertThatThrownBy(() -> Blip2.of(tessera, weights.weights(), Blip2.LanguageModel.T5))
        .hasMessageContaining("expected a tensor called 't5_proj.weight'");
  }

  @Test
  void llavaTakesOneLayerToo() throws IOException {
    HashedTensors linear = new HashedTensors("").withLayer("model.mm_projector", 20, 12);
    try (Llava llava = Llava.of(tessera, linear.weights())) {
      assertThat(llava.width()).isEqualTo(12);
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
  void teaGlmReadsWholeRowsAndTakesOneNodeOrTwo() {
    HashedTensors weights = SampleSystems.teaGlm();
    assertThatThrownBy(() -> TeaGlm.of(tessera, weights.weights(), 7))
        .hasMessageContaining("expected 1 to 109 times 7 outputs, found 24");
    FloatMatrix subgraph = FloatMatrix.of(new float[] {1, 2, 3, 6}, 2, 2);
    assertThat(TeaGlm.node(subgraph).toArray()).containsExactly(1, 2);
    assertThat(TeaGlm.link(subgraph).toArray()).containsExactly(2, 4);
  }

  @Test
  void gqtByHopNamesHopsThatDoNotFit() throws IOException {
    try (Gqt gqt = Gqt.byHop(tessera, SampleSystems.gqtByHop().weights())) {
      assertThatThrownBy(() -> gqt.encode(FloatMatrix.allocate(2, 17)))
          .hasMessage("the nodes have 17 columns, 3 hops of 6 features need 18");
    }
    HashedTensors wider = SampleSystems.gqtByHop().with("quantizer.1._codebook.embed", 1, 20, 9);
    assertThatThrownBy(() -> Gqt.byHop(tessera, wider.weights()))
        .hasMessage(
            "hop 1: expected layers from 6 to 8 columns and codewords of 8,"
                + " found layers from 6 to 8 and codewords of 9");
    assertThatThrownBy(
            () ->
                Gqt.byHop(
                    tessera,
                    SampleSystems.gqtByHop().without("quantizer.2._codebook.embed").weights()))
        .hasMessageContaining("expected a tensor called 'quantizer.2._codebook.embed'");
  }

  @Test
  void drEFindsTheListsWordsAlone() {
    Codebook embeddings = Codebook.of(matrix("dre.embeddings", 90, 10));
    FloatMatrix nodes = embeddings.codewords();
    try (DrE drE = DrE.of(tessera, embeddings, new int[] {71, 3, 40}, 1, 2)) {
      TokenIds ids = drE.encode(List.of(nodes));
      for (int id : ids.toArray()) {
        assertThat(id).isIn(3, 40, 71);
      }
      assertThat(ids.get(40, 0)).isEqualTo(40);
      assertThatThrownBy(() -> drE.encode(List.of(nodes, nodes)))
          .hasMessage("there are 1 layers and 2 outputs");
    }
    assertThatThrownBy(() -> DrE.of(tessera, embeddings, new int[] {3}, 0, 2))
        .hasMessage("a node has at least 1 view and 1 code a view, not 0 and 2");
    assertThatThrownBy(() -> DrE.of(tessera, embeddings, new int[0], 3, 2))
        .hasMessage("at least 1 code must be allowed");
    assertThatThrownBy(() -> DrE.of(tessera, embeddings, new int[] {3, 90}, 3, 2))
        .hasMessageContaining("the codebook has the codes [0, 90)");
  }

  /// The golden values of the published quantizer.
  @Test
  void nodeIdsGoldenValues() {
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
      assertThatThrownBy(() -> nodeId.ofLayer(2, ids))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("there are the layers 0 to 1, not 2");
      assertThatThrownBy(() -> nodeId.ofLayer(0, ids.sliceColumns(0, 5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the ids have 5 columns, all layers together have 6 levels");
      assertThatThrownBy(() -> nodeId.encode(List.of(node)))
          .hasMessage("there are 2 layers and 1 outputs");
      assertThatThrownBy(() -> nodeId.encode(List.of(node, FloatMatrix.allocate(2, 3))))
          .hasMessage("layer 0 has 1 rows, layer 1 has 2");
    }
    assertThatThrownBy(() -> NodeId.of(tessera, List.of()))
        .hasMessage("a network has at least 1 layer");
  }

  @Test
  void graphsGptNamesPlacesWithoutARowAndReadsItsDecoder() throws IOException {
    try (GraphsGpt graphsGpt = GraphsGpt.of(tessera, SampleSystems.graphsGpt().weights())) {
      assertThatThrownBy(() -> graphsGpt.embed(SampleSystems.ethanol(), 9, new int[] {5, 0, 127}))
          .hasMessage("the model has positions for 8 graph words, not 9");
      assertThatThrownBy(() -> graphsGpt.embed(SampleSystems.ethanol(), 1, new int[] {0, 128, 2}))
          .hasMessageStartingWith("place 1 has no row of the table");
    }
    FloatMatrix table =
        matrix("graphs.embed_graph_position.learnable_orthonormal_features.weight", 128, 128);
    GraphsGptDecoder decoder = GraphsGptDecoder.of(SampleSystems.graphsGpt().weights());
    assertThat(decoder.connection(table.slice(2, 3), 3, true)).isEqualTo(2);
    assertThat(decoder.connection(table.slice(5, 6), 3, true)).isEqualTo(GraphsGptDecoder.NEW_ATOM);
    assertThat(decoder.connection(table.slice(5, 6), 3, false)).isBetween(0, 2);
    assertThat(GraphsGptDecoder.bondId(1)).isEqualTo(120);
    assertThat(GraphsGptDecoder.atomId(5)).isEqualTo(7);
  }

  /// Two graph words, the beginning, and C - C - O with its bonds.
  @Test
  void graphsGptDecoderMask() {
    FloatMatrix mask = GraphsGptDecoder.mask(SampleSystems.ethanol(), 2);
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
