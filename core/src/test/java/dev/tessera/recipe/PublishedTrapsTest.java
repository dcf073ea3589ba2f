package dev.tessera.recipe;

import static dev.tessera.recipe.HashedTensors.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.graph.EdgeList;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.graph.LaplacianEncoding;
import dev.tessera.graph.LaplacianOptions;
import dev.tessera.graph.PersonalizedPageRank;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.LayerNorm;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.BondVocabulary;
import dev.tessera.sequence.BondVocabulary.Kind;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.Molecule.Bond;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.sequence.Splice;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What breaks parity with the published systems if it is missed: one test each, named after it.
class PublishedTrapsTest {
  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void trap01MoleBertsRangesAreHalfOpenWithGapsAndReleasedPretrainingIsAnArgmax()
      throws IOException {
    Weights weights = SampleSystems.moleBert().weights();
    FloatMatrix codewords = matrix("mole.embeddings.weight", 512, 300);
    int[] dead = {377, 433, 488, 511};
    TokenIds types = TokenIds.of(new int[] {5, 6, 7, 8});
    FloatMatrix atoms = FloatMatrix.allocate(4, 300);
    for (int row = 0; row < 4; row++) {
      for (int i = 0; i < 300; i++) {
        atoms.set(row, i, codewords.get(dead[row], i));
      }
    }
    try (MoleBert paper = MoleBert.of(tessera, weights, MoleBert.Lookup.PAPER);
        MoleBert released = MoleBert.of(tessera, weights, MoleBert.Lookup.RELEASED)) {
      int[] ids = paper.encode(atoms, types).toArray();
      int[][] ranges = {{0, 377}, {378, 433}, {434, 488}, {489, 511}};
      for (int row = 0; row < 4; row++) {
        assertThat(ids[row]).isBetween(ranges[row][0], ranges[row][1] - 1);
        assertThat(MoleBert.groups().containing(dead[row])).isEmpty();
      }
      for (int id : released.encode(atoms, types).toArray()) {
        assertThat(id).isBetween(0, 299);
      }
    }
  }

  @Test
  void trap02GftIsADotProductAgainstUnNormalisedCodes() {
    Codebook codebook = Codebook.of(FloatMatrix.of(new float[] {.5f, .5f, 4, 0}, 2, 2));
    FloatMatrix row = FloatMatrix.of(new float[] {1, 1}, 1, 2);
    try (Quantizer cosine = tessera.quantizer(codebook, QuantizerOptions.of(Metric.COSINE))) {
      assertThat(cosine.encode(row).toArray()).containsExactly(0);
    }
    Weights weights =
        Weights.of(
            Map.of(
                "project_in.weight", identity(2),
                "project_in.bias", zeros(2),
                "project_out.weight", identity(2),
                "project_out.bias", zeros(2),
                "_codebook.embed", Tensor.of(codebook.codewords(), 1, 2, 2)));
    try (Gft gft = Gft.of(tessera, weights)) {
      assertThat(gft.encode(row).toArray()).containsExactly(1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Tensor identity(int size) {
    FloatMatrix matrix = FloatMatrix.allocate(size, size);
    for (int i = 0; i < size; i++) {
      matrix.set(i, i, 1);
    }
    return Tensor.of(matrix);
  }

  private static Tensor zeros(int size) {
    return Tensor.of(FloatMatrix.allocate(1, size), size);
  }

  /// (3, .5) - (1, 0) points along the first axis; (3, .5) / 3.04 - (1, 0) along the second.
  @Test
  void trap03CosineResidualSubtractsTheStoredCodeFromTheUnNormalisedResidual() {
    Codebook first = Codebook.of(FloatMatrix.of(new float[] {1, 0, -1, 0}, 2, 2));
    Codebook second = Codebook.of(FloatMatrix.of(new float[] {0, 1, 1, 0}, 2, 2));
    try (Gqt gqt = Gqt.of(tessera, List.of(first, second), Metric.COSINE)) {
      assertThat(gqt.encode(FloatMatrix.of(new float[] {3, .5f}, 1, 2)).toArray())
          .containsExactly(0, 1);
    }
  }

  @Test
  void trap04LlagaLoadsItsStructureZeroesPadsAndHasTwoHopRules() throws Exception {
    String file =
        Objects.requireNonNull(PublishedTrapsTest.class.getResource("/dev/tessera/io/bare.pt"))
            .toURI()
            .getPath();
    FloatMatrix structure = TensorLocation.parse(file).open().floats(); // [3 x 4], as it is
    TokenIds trees = TokenIds.of(new int[] {2, 0, -500}, 1, 3);
    HashedTensors weights = new HashedTensors("llaga.").withLayer("model.mm_projector", 10, 8);
    FloatMatrix features = matrix("llaga.features", 4, 6);
    try (Llaga llaga = Llaga.of(tessera, weights.weights())) {
      FloatMatrix rows = llaga.projectDetail(features, structure, trees, 0);
      assertThat(rows.slice(2, 3).toArray()).containsOnly(0);
      assertThat(rows.slice(1, 2).toArray()).doesNotContain(0);
      FloatMatrix table = FloatMatrix.allocate(3, 8);
      assertThat(Llaga.embed(new int[] {1, -200, 2}, table, List.of(rows)).length()).isEqualTo(5);
    }
    // the path 0-1-2
    FloatMatrix path = FloatMatrix.of(new float[] {1, 0, 0, 1, 2, 2}, 3, 2);
    FloatMatrix released =
        Llaga.overview(tessera, path(), path, 2, Llaga.HopRule.RELEASED).atFirst(0);
    assertRow(released, 0, 1, 0);
    assertRow(released, 1, 0, 0.707107);
    assertRow(released, 2, 1.5, 1);
    FloatMatrix paper = Llaga.overview(tessera, path(), path, 2, Llaga.HopRule.PAPER).atFirst(0);
    assertRow(paper, 1, 0, 1);
    assertRow(paper, 2, 1.5, 1);
  }

  private static Graph path() {
    return Graph.of(EdgeList.of(new int[] {0, 1}, new int[] {1, 2}), GraphOptions.UNDIRECTED);
  }

  private static void assertRow(FloatMatrix matrix, long row, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) matrix.get(row, i)).isCloseTo(expected[i], within(2e-6));
    }
  }

  @Test
  void trap05NagphormersEncodingHasNoSelfLoopsItsPropagationHasAndTakesTheEncodingAlong() {
    FloatMatrix features = FloatMatrix.of(new float[] {1, 0, 0, 1, 2, 2}, 3, 2);
    FloatTensor golden = Nagphormer.tokens(tessera, path(), features, 2);
    double[][][] expected = {
      {{1, 0}, {.5, .408248}, {.75, .67354}},
      {{0, 1}, {1.224745, 1.14983}, {1.020621, 1.124858}},
    };
    for (int node = 0; node < 2; node++) {
      for (int hop = 0; hop < 3; hop++) {
        assertRow(golden.atFirst(node), hop, expected[node][hop]);
      }
    }
    LaplacianOptions options = LaplacianOptions.of(1, 7);
    FloatMatrix encoding = LaplacianEncoding.of(path(), options).floats();
    FloatTensor alone = Nagphormer.tokens(tessera, path(), encoding, 2);
    FloatTensor both = Nagphormer.tokens(tessera, path(), features, 2, options);
    assertThat(both.third()).isEqualTo(3);
    for (int node = 0; node < 3; node++) {
      for (int hop = 0; hop < 3; hop++) {
        assertThat(both.get(node, hop, 0)).isEqualTo(golden.get(node, hop, 0));
        assertThat(both.get(node, hop, 2)).isEqualTo(alone.get(node, hop, 0));
      }
    }
  }

  @Test
  void trap06Emu3StatesTheGridInTextAndEndsTheLastRowToo() throws IOException {
    HashedTensors weights = SampleSystems.emu3();
    TokenIds image = TokenIds.of(new int[] {5, 0, 32767, 1, 2, 3}, 2, 3);
    try (BpeTokenizer text = SampleText.bytes(tessera);
        Emu3 emu3 = Emu3.of(tessera, weights.weights(), text)) {
      int[] ids = emu3.layout().write(image);
      int[] golden = {
        151851, 151859, 151854, 184621, 151846, 151855, 151856, 151857, 151846, 151847, 151853
      };
      assertThat(Arrays.copyOfRange(ids, ids.length - golden.length, ids.length)).isEqualTo(golden);
      assertThat(ids[0]).isEqualTo(151852);
      int[] size = Arrays.copyOfRange(ids, 1, ids.length - golden.length);
      assertThat(text.decode(size)).isEqualTo("2*3");
      assertThat(emu3.images(ids).getFirst().frames().getFirst().toArray())
          .isEqualTo(image.toArray());
    }
    assertThat(Emu3.vocabulary().size()).isEqualTo(184622);
    assertThatThrownBy(
            () ->
                Emu3.of(
                    tessera,
                    new HashedTensors("").with("quantize.embedding.weight", 32768, 8).weights(),
                    SampleText.bytes(tessera)))
        .hasMessageContaining("[32768 x 4], found [32768 x 8]");
  }

  @Test
  void trap07SeedsTokensHaveAnOrderNoGridAndTheMarkersComeAfterTheCodes() throws IOException {
    try (LlamaText llama = SampleText.llama(tessera, true)) {
      SeedSequences seed = SeedSequences.of(40192, 40193, llama.tokenizer());
      int[] codes = new int[32];
      Arrays.setAll(codes, i -> 8191 - i);
      int[] ids = seed.images().write(TokenIds.of(codes, 1, 32));
      assertThat(ids).hasSize(34).startsWith(40192, 40191, 40190).endsWith(40160, 40193);
      assertThat(seed.parse(ids).toArray()).isEqualTo(codes);
      assertThat(seed.vocabulary().id("image", 0)).isEqualTo(32000);
      assertThat(seed.vocabulary().size()).isEqualTo(40194);
      assertThatThrownBy(() -> seed.parse(Arrays.copyOf(ids, 20)))
          .hasMessage(
              "position 20: expected code 20 of 32 of image, found the end of the sequence");
      assertThatThrownBy(() -> SeedSequences.of(32000, 32001, llama.tokenizer()))
          .hasMessageContaining("which is a code of image");
    }
  }

  @Test
  void trap08DallEsLogitsAreChannelFirstAndTheDecodersFirstLayerIsTheCodebook() throws IOException {
    DallE dallE = DallE.of(tessera, SampleSystems.dallE().weights());
    FloatTensor logits = FloatTensor.allocate(8192, 1, 2);
    logits.set(17, 0, 0, 3);
    logits.set(8191, 0, 1, 2);
    TokenIds ids = dallE.encode(logits);
    assertThat(ids.toArray()).containsExactly(17, 8191);
    FloatMatrix weights = matrix("dalle.blocks.input.w", 128, 8192);
    FloatMatrix bias = matrix("dalle.blocks.input.b", 1, 128);
    assertThat(dallE.decode(ids).get(5, 0, 1)).isEqualTo(weights.get(5, 8191) + bias.get(0, 5));
    assertThatThrownBy(() -> dallE.encode(FloatTensor.allocate(2, 4, 8192)))
        .hasMessageStartingWith("expected logits [8192 x h x w], channels first, found");
    assertThat(DallE.vocabulary(100, 8).id("image", 0)).isEqualTo(108);
  }

  @Test
  void trap09GraphGptAndTeaGlmKeepTheLengthLlavaAndLlagaExpandBlip2AndGraphTranslatorPrefix() {
    FloatMatrix table = matrix("table", 32003, 2);
    FloatMatrix three = matrix("three", 3, 2);
    int[] run = {5, GraphGpt.START, GraphGpt.PATCH, GraphGpt.PATCH, GraphGpt.PATCH, GraphGpt.END};
    assertThat(GraphGpt.embed(run, table, List.of(three)).length()).isEqualTo(6);
    int[] nodes = {5, 32000, 32001, 32002};
    assertThat(TeaGlm.embed(nodes, table, three).length()).isEqualTo(4);
    int[] placeholder = {5, Splice.PLACEHOLDER, 6};
    assertThat(Llava.embed(placeholder, table, List.of(three)).length()).isEqualTo(5);
    assertThat(Llaga.embed(placeholder, table, List.of(three)).length()).isEqualTo(5);
    int[] text = {5, 6};
    assertThat(Blip2.embed(three, text, text, table).length()).isEqualTo(5);
    int[] head = {101, 101, 101, 5, 6};
    assertThat(GraphTranslator.embed(three, head, head, table).length()).isEqualTo(5);
  }

  @Test
  void trap10TeaGlmTakesEveryIdFrom32000OnForANodeAndReadsOneLayersOutputRowByRow()
      throws IOException {
    HashedTensors weights = SampleSystems.teaGlm();
    FloatMatrix table = matrix("table", 32000, 8);
    FloatMatrix nodes = matrix("teaglm.nodes", 1, 16);
    try (TeaGlm teaGlm = TeaGlm.of(tessera, weights.weights(), 8);
        var layer =
            tessera.linear(weights.weights(), "graph_projector.0", 16, 24, Activation.NONE)) {
      FloatMatrix wide = layer.apply(nodes);
      FloatMatrix rows = teaGlm.project(nodes);
      for (int i = 0; i < 24; i++) {
        assertThat(rows.get(i / 8, i % 8)).isEqualTo(wide.get(0, i));
      }
      int[] ids = {1, 32000, 32001, 32002, 7};
      assertThat(TeaGlm.embed(ids, table, rows).rows().get(2, 3)).isEqualTo(rows.get(1, 3));
      int[] withAnotherToken = {1, 32000, 32001, 32002, 32109};
      assertThatThrownBy(() -> TeaGlm.embed(withAnotherToken, table, rows))
          .hasMessage("4 ids are at least 32000, the 1 features have 3 rows");
    }
  }

  @Test
  void trap11GraphsGptsRowsAreTheCallersBondsGoByAtomicNumberAndSerialisationByAtomIndex()
      throws IOException {
    try (GraphsGpt graphsGpt = GraphsGpt.of(tessera, SampleSystems.graphsGpt().weights())) {
      MoleculeSequence ethanol = SampleSystems.ethanol();
      float[] once = graphsGpt.embed(ethanol, 1, new int[] {3, 1, 2}).toArray();
      assertThat(graphsGpt.embed(ethanol, 1, new int[] {3, 1, 2}).toArray()).isEqualTo(once);
      assertThat(graphsGpt.embed(ethanol, 1, new int[] {1, 3, 2}).toArray()).isNotEqualTo(once);
    }
    // O - C, oxygen first: the kind is C-O all the same, and oxygen comes first
    MoleculeSerializer serializer =
        new MoleculeSerializer(BondVocabulary.of(Map.of(Kind.of(6, 8, 1), 120)));
    MoleculeSequence sequence =
        serializer.write(Molecule.of(new int[] {8, 6}, List.of(new Bond(1, 0, 1))));
    assertThat(sequence.ids()).containsExactly(9, 121, 7);
    assertThat(sequence.begins()).containsExactly(0, 0, 1);
  }

  @Test
  void trap12GqtsIdsAreFlattenedPadsAreNoNodesAndNeighboursAscend() {
    List<Codebook> levels =
        List.of(
            Codebook.of(matrix("gqt.level.0", 64, 4)), Codebook.of(matrix("gqt.level.1", 64, 4)));
    try (Gqt gqt = Gqt.of(tessera, levels, Metric.L2)) {
      TokenIds codes = TokenIds.of(new int[] {1, 2, 63, 0, 5, 5, 7, 7}, 4, 2);
      TokenIds ids = gqt.ids(codes);
      assertThat(ids.toArray()).containsExactly(1, 66, 63, 64, 5, 69, 7, 71);
      // the star 0-1, 0-2, 1-3
      PersonalizedPageRank pageRank = PersonalizedPageRank.defaults().withThreads(1);
      TokenIds nodes = Gqt.nodes(SampleSystems.star(), TokenIds.of(new int[] {2}), 6, pageRank);
      TokenIds greatestFirst = pageRank.all(SampleSystems.star(), 2).nodes();
      assertThat(nodes.get(0, 0)).isEqualTo(2);
      assertThat(greatestFirst.columns()).isEqualTo(4);
      for (int i = 0; i < 4; i++) {
        assertThat(nodes.get(0, 1 + i)).isEqualTo(greatestFirst.get(0, 3 - i));
      }
      assertThat(nodes.get(0, 5)).isEqualTo(Gqt.PAD);
      int[] sequence = gqt.sequences(nodes, ids, true).toArray();
      assertThat(sequence).hasSize(7 * 3).startsWith(5, 69, 128).endsWith(-1, -1, -1);
    }
  }

  @Test
  void trap13GeluIsTheErfFormAndEpsOfNormsDiffer() {
    assertThat(Activation.GELU.apply(-1)).isCloseTo(-0.158655, within(5e-7));
    assertThat(Activation.GELU_TANH.apply(-1)).isCloseTo(-0.158808, within(5e-7));
    FloatMatrix ones = FloatMatrix.of(new float[] {1, 1}, 1, 2);
    FloatMatrix none = FloatMatrix.of(new float[] {0, 0}, 1, 2);
    FloatMatrix nearlyEqual = FloatMatrix.of(new float[] {1e-3f, -1e-3f}, 1, 2);
    assertThat(LayerNorm.of(ones, none, 1e-12).apply(nearlyEqual).get(0, 0))
        .isCloseTo(1, within(1e-5f));
    assertThat(LayerNorm.of(ones, none, 1e-6).apply(nearlyEqual).get(0, 0))
        .isCloseTo(.707107f, within(1e-5f));
    assertThat(LayerNorm.of(ones, none, 1e-5).apply(nearlyEqual).get(0, 0))
        .isCloseTo(.301511f, within(1e-5f));
  }

  @Test
  void trap14LlamasLegacyPrefixComesAgainBehindEverySpecialToken() throws IOException {
    try (LlamaText legacy = SampleText.llama(tessera, true);
        LlamaText later = SampleText.llama(tessera, false)) {
      int[] word = legacy.tokenizer().encode("the");
      int[] expected = new int[2 * word.length + 2];
      expected[0] = LlamaText.BEGIN;
      System.arraycopy(word, 0, expected, 1, word.length);
      expected[1 + word.length] = 2;
      System.arraycopy(word, 0, expected, 2 + word.length, word.length);
      assertThat(legacy.prompt("the</s>the")).isEqualTo(expected);
      assertThat(later.prompt("the</s>the")).isNotEqualTo(expected).startsWith(1);
      assertThat(legacy.decode(word)).isEqualTo("the");
    }
  }
}
