package dev.tessera.cli.recipe;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphFile;
import dev.tessera.graph.GraphOptions;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorFile;
import dev.tessera.nn.Weights;
import dev.tessera.recipe.LlamaText;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a step of a system reads: its files and its settings, opened as it asks for them. What it
/// keeps open is closed with it.
public final class RecipeRun implements AutoCloseable {
  private final Tessera tessera;
  private final Recipe recipe;
  private final Given given;
  private final InputFiles files;
  private final OpenedOnce opened = new OpenedOnce();
  private @Nullable Weights weights;

  /// @param slots what goes in
  /// @param inputs a file for each slot, or images for the first one where an encoder is given
  public RecipeRun(
      Tessera tessera, Recipe recipe, Given given, List<Slot> slots, List<String> inputs) {
    this.tessera = tessera;
    this.recipe = recipe;
    this.given = given;
    files = new InputFiles(recipe, slots, inputs, given.encoder() != null);
  }

  Tessera tessera() {
    return tessera;
  }

  /// The one of its type; opened when it is first asked for.
  <T extends AutoCloseable> T once(Class<T> type, OpenedOnce.Opening<T> opening)
      throws IOException {
    return opened.get(type, opening);
  }

  /// The weights, checked.
  Weights weights() throws IOException {
    Weights known = weights;
    if (known == null) {
      Path file = given.weights();
      if (file == null) {
        throw new IOException(
            "%s takes weights: give --weights FILE with %s"
                .formatted(recipe.name(), String.join(", ", recipe.weightNames())));
      }
      known = Weights.of(TensorFile.open(file)).under(given.prefix());
      recipe.weights().check(recipe.name(), file.toString(), known, recipe.sizes());
      weights = known;
    }
    return known;
  }

  /// The file of a vocabulary.
  Path tokenizerFile() throws IOException {
    Path file = given.tokenizer();
    if (file == null) {
      throw new IOException(
          "%s needs a vocabulary for text: give --tokenizer FILE, as in %s"
              .formatted(recipe.name(), recipe.text().file()));
    }
    return file;
  }

  /// Whether a vocabulary for text was given.
  boolean hasText() {
    return given.tokenizer() != null;
  }

  /// Llama 2's text.
  LlamaText llama() throws IOException {
    return once(LlamaText.class, () -> LlamaText.of(tessera, tokenizerFile(), true));
  }

  /// The text of a byte-level vocabulary, by a `tokenizer.json` or the rank file of `name`.
  BpeTokenizer bytes(String name) throws IOException {
    return once(
        BpeTokenizer.class,
        () -> {
          Path file = tokenizerFile();
          return tessera.text(
              file.toString().endsWith(".json")
                  ? BpeVocabulary.tokenizerJson(file)
                  : BpeVocabulary.named(name, file));
        });
  }

  boolean has(String input) {
    return files.has(input);
  }

  /// The tensor of an input, whose shape is that of the slot.
  Tensor open(String input) throws IOException {
    return files.open(input, this::images);
  }

  private EncodedImages images() throws IOException {
    return once(EncodedImages.class, () -> EncodedImages.open(recipe, given.encoder(), this));
  }

  /// The tensor of a part of a sequence: of a file as it is, or what the encoder makes of an image.
  Tensor tensor(Part part) throws IOException {
    if (given.encoder() != null && part.isImageFile()) {
      return images().encode(List.of(part.value()), false);
    }
    return files.tensor(part.value());
  }

  /// A matrix, or a single row.
  FloatMatrix matrix(String input) throws IOException {
    return Shapes.matrix(open(input), given.rounding());
  }

  /// Three axes; of two the first is taken to lack.
  FloatTensor tensor(String input) throws IOException {
    return floats(open(input));
  }

  /// A matrix of ids; one axis is a column.
  TokenIds ids(String input) throws IOException {
    return Shapes.ids(open(input));
  }

  /// A matrix of ids; one axis is a row.
  TokenIds idRows(String input) throws IOException {
    return Shapes.idRows(open(input));
  }

  /// Three axes of numbers.
  FloatTensor floats(Tensor tensor) throws IOException {
    return Shapes.tensor(tensor, given.rounding());
  }

  /// The graph.
  ///
  /// @param nodes as many as there are rows of features
  Graph graph(long nodes) throws IOException {
    if (nodes > Integer.MAX_VALUE) {
      throw new IOException("a graph has less than 2^31 nodes, not " + nodes);
    }
    GraphOptions options =
        GraphOptions.DIRECTED.withNodes((int) nodes).withUndirected(flag("undirected"));
    return GraphFile.load(path("graph"), options, given.rounding());
  }

  /// The molecules of the input `molecules`.
  SmilesFile molecules() throws IOException {
    OptionalModule.MOLECULES.require("a file of SMILES");
    return SmilesFile.read(path(Slot.MOLECULES));
  }

  /// The file of an input that is no tensor.
  Path path(String input) {
    return files.path(input);
  }

  byte[] text() throws IOException {
    return Files.readAllBytes(path("text"));
  }

  String setting(String name) {
    String value = given.settings().get(name);
    if (value == null) {
      throw new IllegalStateException("the setting " + name + " has no value");
    }
    return value;
  }

  int integer(String name) {
    return Integer.parseInt(setting(name));
  }

  double number(String name) {
    return Double.parseDouble(setting(name));
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(given.settings().getOrDefault(name, "false"));
  }

  @Override
  public void close() {
    opened.close();
  }
}
