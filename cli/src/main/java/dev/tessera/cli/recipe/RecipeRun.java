package dev.tessera.cli.recipe;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphFile;
import dev.tessera.graph.GraphOptions;
import dev.tessera.io.FormatException;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorFile;
import dev.tessera.io.TensorLocation;
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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a step of a system reads: its files and its settings, opened as it asks for them.
public final class RecipeRun {
  private final Tessera tessera;
  private final Recipe recipe;
  private final @Nullable Path weightsFile;
  private final String prefix;
  private final @Nullable Path tokenizerFile;
  private final Map<String, String> inputs;
  private final Map<String, Slot> slots = new HashMap<>();
  private final Map<String, String> settings;
  private final Rounding rounding;
  private final Map<String, Long> bound = new HashMap<>();

  /// @param prefix what stands before the names of weights
  /// @param back whether it is the way back
  /// @param inputs files by the names of the inputs
  /// @param settings values by the names of settings
  public RecipeRun(
      Tessera tessera,
      Recipe recipe,
      @Nullable Path weightsFile,
      String prefix,
      @Nullable Path tokenizerFile,
      boolean back,
      Map<String, String> inputs,
      Map<String, String> settings,
      Rounding rounding) {
    this.tessera = tessera;
    this.recipe = recipe;
    this.weightsFile = weightsFile;
    this.prefix = prefix;
    this.tokenizerFile = tokenizerFile;
    this.inputs = inputs;
    this.settings = settings;
    this.rounding = rounding;
    recipe.inputs(back).forEach(slot -> slots.put(slot.name(), slot));
  }

  Tessera tessera() {
    return tessera;
  }

  /// The weights, checked.
  Weights weights() throws IOException {
    if (weightsFile == null) {
      throw new IOException(
          "%s takes weights: give --weights FILE with %s"
              .formatted(recipe.name(), String.join(", ", recipe.weightNames())));
    }
    Weights weights = Weights.of(TensorFile.open(weightsFile)).under(prefix);
    recipe.weights().check(recipe.name(), weightsFile.toString(), weights, recipe.sizes());
    return weights;
  }

  private Path tokenizerFile() throws IOException {
    if (tokenizerFile == null) {
      throw new IOException(
          "%s needs a vocabulary for text: give --tokenizer FILE, as in %s"
              .formatted(recipe.name(), recipe.text().file()));
    }
    return tokenizerFile;
  }

  /// Llama 2's text.
  LlamaText llama() throws IOException {
    return LlamaText.of(tessera, tokenizerFile(), true);
  }

  /// The text of a byte-level vocabulary, by a `tokenizer.json` or the rank file of `name`.
  BpeTokenizer bytes(String name) throws IOException {
    Path file = tokenizerFile();
    return tessera.text(
        file.toString().endsWith(".json")
            ? BpeVocabulary.tokenizerJson(file)
            : BpeVocabulary.named(name, file));
  }

  /// Whether a vocabulary for text was given.
  boolean hasText() {
    return tokenizerFile != null;
  }

  boolean has(String input) {
    return inputs.containsKey(input);
  }

  private String source(String input) {
    String source = inputs.get(input);
    if (source == null) {
      throw new IllegalArgumentException("the input " + input + " is missing");
    }
    return source;
  }

  /// The tensor of an input, whose shape is that of the slot.
  Tensor open(String input) throws IOException {
    Tensor tensor = TensorLocation.parse(source(input)).open();
    Slot slot = slots.get(input);
    Axes axes = slot == null ? null : slot.axes();
    if (axes != null && !axes.bind(tensor.shape(), bound)) {
      throw new FormatException(
          "%s: expected %s %s, found %s"
              .formatted(tensor.source(), input, axes.expected(bound), Axes.text(tensor.shape())));
    }
    return tensor;
  }

  /// A matrix, or a single row.
  FloatMatrix matrix(String input) throws IOException {
    return Shapes.matrix(open(input), rounding);
  }

  /// Three axes; of two the first is taken to lack.
  FloatTensor tensor(String input) throws IOException {
    return Shapes.tensor(open(input), rounding);
  }

  /// A matrix of ids; one axis is a column.
  TokenIds ids(String input) throws IOException {
    return Shapes.ids(open(input));
  }

  /// Three axes of a part of a sequence.
  FloatTensor tensor(Tensor tensor) throws IOException {
    return Shapes.tensor(tensor, rounding);
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
    return GraphFile.load(path("graph"), options, rounding);
  }

  /// The file of an input that is no tensor.
  Path path(String input) {
    return Path.of(source(input));
  }

  byte[] text() throws IOException {
    return Files.readAllBytes(path("text"));
  }

  String setting(String name) {
    String value = settings.get(name);
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
    return Boolean.parseBoolean(settings.getOrDefault(name, "false"));
  }
}
