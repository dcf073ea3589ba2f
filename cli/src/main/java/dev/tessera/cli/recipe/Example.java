package dev.tessera.cli.recipe;

import dev.tessera.Tessera;
import dev.tessera.io.AtomicFile;
import dev.tessera.io.Npy;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.sequence.BondVocabulary;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTrainer;
import dev.tessera.text.BpeTrainerOptions;
import dev.tessera.text.Corpus;
import dev.tessera.text.SentencePieceTrainerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Small random weights and inputs for a system, to try its commands with: whatever they make means
/// nothing.
public final class Example {
  static final String WEIGHTS = "weights.safetensors";
  private static final long SEED = 20;
  private static final int TEXT_PIECES = 300;
  private static final String TEXT =
      """
      One tile at a time a mosaic is laid, and one token at a time a text is read.
      A picture is a grid of tiles, a graph is a net of them, and a molecule is a small graph.
      What is this? It is a picture of a cat that sits on a table and looks at a bird.
      Which class does this paper belong to? It is about graphs, and about tokens of graphs.
      """;

  /// As many atoms as Mole-BERT's example has rows, and the bonds that GraphsGPT's has.
  private static final String MOLECULES =
      """
      CCO ethanol
      C1CC1 cyclopropane
      CCOC methoxyethane
      """;

  private final Recipe recipe;
  private final Path folder;

  /// @param folder where its files lie
  public Example(Recipe recipe, Path folder) {
    this.recipe = recipe;
    this.folder = folder;
  }

  /// Writes the files.
  ///
  /// @return which
  public List<Path> write(Tessera tessera) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Path> written = new ArrayList<>();
    if (recipe.takesWeights()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      recipe
          .weights()
          .small(recipe.sizes())
          .forEach((name, shape) -> tensors.put(name, weight(name, shape, random)));
      written.add(folder.resolve(WEIGHTS));
      Safetensors.write(written.getLast(), tensors);
    }
    if (recipe.text() != TextKind.NONE) {
      written.add(folder.resolve(recipe.text().file()));
      writeVocabulary(tessera, written.getLast());
    }
    List<Slot> slots = new ArrayList<>(recipe.way().inputs());
    recipe.otherWays().forEach(way -> slots.addAll(way.inputs()));
    for (Slot slot : slots) {
      Path file = folder.resolve(file(slot));
      if (!written.contains(file)) {
        written.add(file);
        writeInput(slot, file, random);
      }
    }
    return written;
  }

  private static Tensor weight(String name, long[] shape, SplittableRandom random) {
    boolean isNorm = shape.length == 1 && name.endsWith("weight");
    double scale = shape.length == 1 ? 0.1 : 1 / Math.sqrt((double) shape[1]);
    FloatMatrix values = gaussian(shape, name.contains("embed") ? 1 : scale, random);
    if (isNorm) {
      for (int i = 0; i < values.columns(); i++) {
        values.set(0, i, 1 + values.get(0, i));
      }
    }
    return Tensor.of(values, shape);
  }

  private static FloatMatrix gaussian(long[] shape, double scale, SplittableRandom random) {
    long elements = 1;
    for (long axis : shape) {
      elements *= axis;
    }
    FloatMatrix values = FloatMatrix.allocate(1, Math.toIntExact(elements));
    for (int i = 0; i < values.columns(); i++) {
      values.set(0, i, (float) (scale * random.nextGaussian()));
    }
    return values;
  }

  private void writeVocabulary(Tessera tessera, Path file) throws IOException {
    Corpus corpus = Corpus.texts(TEXT.lines().toList());
    BpeTrainer.Listener listener = new BpeTrainer.Listener() {};
    BpeTrainerOptions bytes = BpeTrainerOptions.of(TEXT_PIECES, SplitPattern.GPT2);
    switch (recipe.text()) {
      case NONE -> throw new IllegalStateException(recipe.name() + " has no text");
      case LLAMA, CHATGLM ->
          tessera
              .learn(corpus, SentencePieceTrainerOptions.llama2(TEXT_PIECES), listener)
              .writeModel(file);
      case BYTES -> tessera.learn(corpus, bytes, listener).writeTokenizerJson(file);
      case OPT ->
          tessera
              .learn(corpus, bytes.withSpecialTokens(List.of("</s>")), listener)
              .writeTokenizerJson(file);
    }
  }

  private void writeInput(Slot slot, Path file, SplittableRandom random) throws IOException {
    switch (slot.kind()) {
      case FLOATS -> Npy.write(file, floats(slot, random));
      case IDS -> Npy.write(file, ids(slot, random));
      case GRAPH -> writeText(file, ring(recipe.sizes().small("n")));
      case TEXT -> writeText(file, TEXT);
      case MOLECULES -> writeText(file, MOLECULES);
      case BONDS -> AtomicFile.write(file, (OutputStream out) -> out.write(pickledBonds()));
    }
  }

  private static void writeText(Path file, String text) throws IOException {
    AtomicFile.write(file, (OutputStream out) -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private long[] shape(Slot slot) {
    Axes axes = slot.axes();
    if (axes == null) {
      throw new IllegalStateException(slot.name() + " is no tensor");
    }
    return axes.small(recipe.sizes());
  }

  private Tensor floats(Slot slot, SplittableRandom random) {
    long[] shape = shape(slot);
    FloatMatrix values = gaussian(shape, 1, random);
    for (int i = 0; i < slot.example().size(); i++) {
      values.set(0, i, slot.example().get(i));
    }
    return Tensor.of(values, shape);
  }

  private Tensor ids(Slot slot, SplittableRandom random) {
    long[] shape = shape(slot);
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    int[] ids = random.ints(count, 0, slot.below()).toArray();
    for (int i = 0; i < slot.example().size(); i++) {
      ids[i] = Math.round(slot.example().get(i));
    }
    return Tensor.of(TokenIds.of(ids), shape);
  }

  /// Each node with the next one and the one after that.
  private static String ring(int nodes) {
    StringBuilder edges = new StringBuilder();
    for (int node = 0; node < nodes; node++) {
      for (int step = 1; step <= 2; step++) {
        edges.append(node).append(' ').append((node + step) % nodes).append('\n');
      }
    }
    return edges.toString();
  }

  /// Single bonds between carbon and oxygen, as Python's pickle writes a dict of them.
  private static byte[] pickledBonds() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}'});
    int[][] kinds = {{6, 6}, {6, 8}, {8, 8}};
    for (int i = 0; i < kinds.length; i++) {
      pickle.writeBytes(new byte[] {'K', (byte) kinds[i][0], 'K', (byte) kinds[i][1], 'G'});
      pickle.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(1).array());
      int value = BondVocabulary.FIRST_VALUE + i;
      pickle.writeBytes(new byte[] {(byte) 0x87, 'K', (byte) value, 's'});
    }
    pickle.write('.');
    return pickle.toByteArray();
  }

  static String file(Slot slot) {
    return slot.name()
        + switch (slot.kind()) {
          case FLOATS, IDS -> ".npy";
          case GRAPH, TEXT -> ".txt";
          case BONDS -> ".pkl";
          case MOLECULES -> ".smi";
        };
  }

  /// The commands that use the files, each as its words behind `tessera`.
  public List<List<String>> commands() {
    return new ExampleCommands(recipe, folder).all();
  }
}
