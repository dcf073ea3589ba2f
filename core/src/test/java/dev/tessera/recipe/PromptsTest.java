package dev.tessera.recipe;

import static dev.tessera.recipe.HashedTensors.expectedFloats;
import static dev.tessera.recipe.HashedTensors.expectedIds;
import static dev.tessera.recipe.HashedTensors.matrix;
import static dev.tessera.recipe.HashedTensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.recipe.LlavaTiles.Size;
import dev.tessera.sequence.BatchPadding;
import dev.tessera.sequence.GridConstraint;
import dev.tessera.sequence.PaddedEmbeddings;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The sequences that the systems make of text and of what stands for images and graphs.
class PromptsTest {
  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void placeholdersStandBetweenPartsThatAreEncodedOnTheirOwn() throws IOException {
    try (LlamaText llama = SampleText.llama(tessera, true)) {
      int[] before = llama.tokenizer().encode("it was");
      int[] after = llama.tokenizer().encode("\nwhat is");
      int[] ids = llama.prompt("it was<image>\nwhat is<image>", "<image>", -200);
      assertThat(ids[0]).isEqualTo(LlamaText.BEGIN);
      assertThat(Arrays.copyOfRange(ids, 1, 1 + before.length)).isEqualTo(before);
      assertThat(ids[1 + before.length]).isEqualTo(-200);
      assertThat(Arrays.copyOfRange(ids, 2 + before.length, ids.length - 1)).isEqualTo(after);
      assertThat(ids[ids.length - 1]).isEqualTo(-200);
      assertThat(llama.prompt("it was", "<image>", -200)).isEqualTo(llama.prompt("it was"));
      assertThatThrownBy(() -> llama.prompt("x", "", -200))
          .hasMessage("the mark of a placeholder has at least 1 character");
    }
  }

  @Test
  void graphGptHasAPatchANodeAndTeaGlmKTokens() throws IOException {
    HashedTensors weights = SampleSystems.teaGlm();
    try (LlamaText llama = SampleText.llama(tessera, true);
        TeaGlm teaGlm = TeaGlm.of(tessera, weights.weights(), 8)) {
      TokenSequence graph = GraphGpt.prompt(llama, "it was <graph> of", 3);
      assertThat(graph.ids(graph.spans().get(1)))
          .containsExactly(32001, 32000, 32000, 32000, 32002);
      assertThat(graph.ids(graph.spans().get(2))).isEqualTo(llama.tokenizer().encode(" of"));
      assertThatThrownBy(() -> GraphGpt.prompt(llama, "it was <graph> of", 3, 4))
          .hasMessage("the prompt has 1 times <graph> for 2 graphs");
      TokenSequence nodes = teaGlm.prompt(llama, "it was <Node 1>\n <Node 1> of times");
      assertThat(nodes.ids()).isEqualTo(expectedIds("teaglm.ids"));
      assertThat(nodes.ids(nodes.spans().get(1))).containsExactly(32000, 32001, 32002);
    }
  }

  @Test
  void whiteSpaceBesideTokensIsWhatPythonStrips() throws IOException {
    StringBuilder spaces = new StringBuilder();
    for (char character = 0; character < Character.MAX_VALUE; character++) {
      String word = character + "x" + character;
      boolean stripped = TextBesideTokens.before(word).length() == 2;
      assertThat(TextBesideTokens.behind(word).length() == 2).isEqualTo(stripped);
      if (stripped) {
        spaces.append(character);
      }
    }
    assertThat(spaces.chars().toArray()).isEqualTo(expectedIds("python.spaces"));
    assertThat(TextBesideTokens.before(spaces.toString())).isEmpty();
    assertThat(TextBesideTokens.behind(spaces.toString())).isEmpty();
  }

  @Test
  void emu3EncodesDecodesAndGenerates() throws IOException {
    HashedTensors weights = SampleSystems.emu3();
    try (BpeTokenizer text = SampleText.bytes(tessera);
        Emu3 emu3 = Emu3.of(tessera, weights.weights(), text)) {
      TokenIds image = emu3.encode(tensor("emu3.latents", 4, 3, 5));
      assertThat(image.rows()).isEqualTo(3);
      assertThat(image.toArray()).isEqualTo(expectedIds("emu3.ids"));
      FloatTensor decoded = emu3.decode(image);
      assertThat(FloatMatrix.of(decoded.segment(), 12, 5).toArray())
          .isEqualTo(expectedFloats("emu3.decoded"));

      TokenSequence question = emu3.question("what is this?", image);
      int[] ids = question.ids();
      assertThat(ids[0]).isEqualTo(151849);
      assertThat(question.spans().stream().map(TokenSequence.Span::modality))
          .containsExactly("begin", "text", "image", "text");
      assertThat(text.decode(question.ids(question.spans().get(1))))
          .isEqualTo("You are a helpful assistant. USER: ");
      assertThat(text.decode(question.ids(question.spans().get(3))))
          .isEqualTo("what is this?. ASSISTANT:");
      assertThat(emu3.images(ids).getFirst().from()).isEqualTo(question.spans().get(2).from());

      TokenSequence prompt = emu3.generation("a tile", 3, 5);
      GridConstraint constraint = emu3.constraint(3, 5);
      int[] whole = emu3.document("a tile", image).ids();
      assertThat(Arrays.copyOf(whole, prompt.length())).isEqualTo(prompt.ids());
      for (int at = prompt.length(); at < whole.length; at++) {
        assertThat(constraint.allowed(Arrays.copyOf(whole, at)).contains(whole[at])).isTrue();
      }
      assertThat(constraint.allowed(constraint.length()).first()).isEqualTo(151850);
      assertThat(constraint.allowed(constraint.length() + 1).first()).isEqualTo(151643);
      int[] labels = Emu3.visualLabels(whole);
      assertThat(Arrays.stream(labels).filter(label -> label >= 0)).hasSize(15);
      TokenSequence video = emu3.document("a tile", List.of(image, image));
      assertThat(emu3.images(video.ids()).getFirst().frames()).hasSize(2);
    }
    assertThat(Emu3.GridSize.of(1, 1, 720 * 720)).isEqualTo(new Emu3.GridSize(90, 90));
    assertThat(Emu3.GridSize.of(16, 9, 720 * 720)).isEqualTo(new Emu3.GridSize(68, 120));
    assertThat(Emu3.vocabulary().special("<|extra_204|>").first()).isEqualTo(151850);
  }

  @Test
  void seedPutsImagesBeforeAndBehindCaptions() throws IOException {
    try (LlamaText llama = SampleText.llama(tessera, true)) {
      SeedSequences seed = SeedSequences.of(40193, 40192, llama.tokenizer());
      TokenIds image = TokenIds.of(new int[32], 1, 32);
      int caption = llama.tokenizer().encode("it was").length;
      TokenSequence first = seed.imageFirst(image, "it was");
      assertThat(first)
          .hasToString("TokenSequence[begin 1, image 34, text %d, end 1]".formatted(caption));
      int[] labels = seed.labels(first);
      assertThat(labels).hasSize(36 + caption);
      assertThat(Arrays.copyOf(labels, 35)).containsOnly(-100);
      assertThat(labels[35]).isEqualTo(first.ids()[35]);
      assertThat(labels[labels.length - 1]).isEqualTo(2);
      TokenSequence second = seed.captionFirst("it was", image);
      labels = seed.labels(second);
      assertThat(labels[1 + caption]).as("<img>").isEqualTo(-100);
      assertThat(labels[2 + caption]).as("code 0").isEqualTo(32000);
      TokenSequence question = seed.question(image, "\u00a0 what is");
      assertThat(question.spans()).hasSize(4);
      assertThat(question.ids()).isEqualTo(expectedIds("seed.question"));
      assertThat(seed.captionFirst("it was \u0085", image).ids()).isEqualTo(second.ids());
      assertThat(seed.imageFirst(image, "\t it was").ids()).isEqualTo(first.ids());
      assertThat(seed.parse(second.ids()).rows()).isEqualTo(1);
    }
  }

  @Test
  void llavaBatchesTakeAnImageASampleAtLeast() {
    FloatMatrix table = matrix("table", 10, 2);
    List<FloatMatrix> images = List.of(matrix("a", 3, 2), matrix("b", 3, 2), matrix("c", 3, 2));
    List<int[]> samples = List.of(new int[] {1, -200}, new int[] {4, 5}, new int[] {-200});
    List<int[]> labels = List.of(new int[] {-100, -100}, new int[] {4, 5}, new int[] {-100});
    PaddedEmbeddings batch =
        Llava.assemble(samples, labels, table, images, BatchPadding.RIGHT.withMostTokens(100));
    assertThat(batch.rows().second()).isEqualTo(4);
    assertThat(batch.rows().get(2, 0, 1)).isEqualTo(images.get(2).get(0, 1));
    assertThat(batch.rows().get(2, 3, 1)).isZero();
    assertThat(batch.positions().labels().toArray())
        .containsExactly(-100, -100, -100, -100, 4, 5, -100, -100, -100, -100, -100, -100);
    assertThatThrownBy(
            () -> Llava.assemble(samples, labels, table, images.subList(0, 2), BatchPadding.LEFT))
        .hasMessage("the samples take 3 images (one at least each), there are 2");
    FloatMatrix hidden = matrix("h", 5, 2);
    assertThat(Llava.patches(hidden).get(0, 1)).isEqualTo(hidden.get(1, 1));
  }

  @Test
  void llavaTilesAreOneGridWithoutItsPadding() {
    List<Size> possible =
        List.of(new Size(336, 672), new Size(672, 336), new Size(672, 672), new Size(1008, 336));
    assertThat(LlavaTiles.resolution(new Size(800, 400), possible)).isEqualTo(new Size(672, 336));
    assertThat(LlavaTiles.resolution(new Size(1000, 1000), possible)).isEqualTo(new Size(672, 672));
    assertThat(LlavaTiles.resolution(new Size(3000, 900), possible)).isEqualTo(new Size(1008, 336));

    // 4 patches a tile, 2 tiles side by side: 4 x 2 patches; a picture of 4 : 1 fills one row of 4
    FloatMatrix whole = rows(0, 4);
    List<FloatMatrix> tiles = List.of(rows(10, 4), rows(20, 4));
    FloatMatrix newline = rows(99, 1);
    assertThat(LlavaTiles.rows(whole, tiles, new Size(2, 1), new Size(200, 100), newline).toArray())
        .containsExactly(0, 1, 2, 3, 10, 11, 20, 21, 99, 12, 13, 22, 23, 99);
    // height int(1 * 4 / 1.5) = 2: nothing is cut; width int(3 * 2 / 2) = 3: (4 - 3) / 2 = 0
    assertThat(LlavaTiles.rows(whole, tiles, new Size(2, 1), new Size(3, 2), newline).rows())
        .isEqualTo(14);
    // a tall picture: width int(1 * 2 / 2) = 1 of 4, so that (4 - 1) / 2 = 1 is cut at each side
    assertThat(LlavaTiles.rows(whole, tiles, new Size(2, 1), new Size(1, 2), newline).toArray())
        .containsExactly(0, 1, 2, 3, 11, 20, 99, 13, 22, 99);
    assertThatThrownBy(() -> LlavaTiles.rows(whole, tiles, new Size(2, 2), new Size(1, 2), newline))
        .hasMessage("a grid of 2 x 2 has 4 tiles, found 2");
    assertThatThrownBy(
            () -> LlavaTiles.rows(rows(0, 3), tiles, new Size(2, 1), new Size(1, 2), newline))
        .hasMessage("the patches of a square are expected, found 3");
  }

  private static FloatMatrix rows(int first, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = first + i;
    }
    return FloatMatrix.of(values, count, 1);
  }
}
