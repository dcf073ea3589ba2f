package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.cli.recipe.Made;
import dev.tessera.cli.recipe.MixedSequence;
import dev.tessera.cli.recipe.Part;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.RecipeRun;
import dev.tessera.cli.recipe.Slot;
import dev.tessera.io.Rounding;
import dev.tessera.io.TensorLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tessera recipe NAME`: a system's inputs as tokens or rows, and back, or its text, images and
/// graphs as one sequence.
@Command(
    name = "system",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class RecipeCommand implements Callable<Integer> {
  private final Console console;
  private final Recipe recipe;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "The weights: .safetensors, .npz, or a PyTorch checkpoint (.pt, .pth, .bin, .ckpt).")
  private @Nullable Path weights;

  @Option(
      names = "--prefix",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "What the names of the weights begin with, before the published ones.")
  private String prefix = "";

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description =
          "The vocabulary of text: tokenizer.model, or tokenizer.json or .tiktoken where text is"
              + " byte-level.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "What goes in, one after the other in the order above: FILE.npy, FILE.npz:NAME,"
              + " FILE.safetensors:NAME, FILE.pt:NAME, a graph as `tessera hops` takes it, a text.")
  private List<String> inputs = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description =
          "Where it goes: .npy takes the first of what comes out, .npz and .safetensors all;"
              + " sequences go to .jsonl.")
  private Path output = Path.of("");

  @Option(names = "--decode", description = "The way back.")
  private boolean decode;

  @Option(
      names = "--html",
      paramLabel = "PAGE",
      description = "Sequences: a page that shows them, each kind in its colour.")
  private @Nullable Path page;

  @Option(
      names = "--round",
      description =
          "Take the nearest float32 of numbers that float32 cannot hold, instead of refusing them.")
  private boolean round;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  private RecipeCommand(Console console, Recipe recipe) {
    this.console = console;
    this.recipe = recipe;
  }

  /// The command of a system, with the options that the system has.
  static CommandLine of(Console console, Recipe recipe) {
    CommandLine command = new CommandLine(new RecipeCommand(console, recipe));
    new RecipeOptions(recipe).addTo(command.getCommandSpec());
    return command;
  }

  @Override
  public Integer call() throws IOException {
    List<Part> parts = RecipeOptions.parts(spec.commandLine().getParseResult(), recipe);
    if (!parts.isEmpty()) {
      refuseBeside(parts);
      keepInputs(parts.stream().filter(part -> !part.kind().equals("text")).map(Part::value));
      return assemble(parts);
    }
    if (page != null) {
      throw new ParameterException(spec.commandLine(), "--html shows sequences alone");
    }
    if (decode && recipe.step(true) == null) {
      throw new ParameterException(
          spec.commandLine(), "--decode: there is no way back for " + recipe.name());
    }
    Map<String, String> files = named(recipe.inputs(decode));
    keepInputs(files.values().stream());
    RecipeOutput written = RecipeOutput.to(output, recipe.outputs(decode), spec.commandLine());
    long start = System.nanoTime();
    Made made;
    String served;
    try (Tessera tessera = backend.open()) {
      Recipe.Step step = recipe.step(decode);
      if (step == null) {
        throw new IllegalStateException(recipe.name() + " does nothing");
      }
      made = step.run(run(tessera, files));
      Writing.to(output, () -> written.write(made));
      served = BackendOption.served(List.of(), tessera.report());
    } catch (IOException e) {
      throw VectorsOption.explained(e);
    }
    tell(made, served, (System.nanoTime() - start) / 1e9);
    return Main.DONE;
  }

  private RecipeRun run(Tessera tessera, Map<String, String> files) {
    return new RecipeRun(
        tessera,
        recipe,
        weights,
        prefix,
        tokenizer,
        decode,
        files,
        RecipeOptions.values(spec.commandLine().getParseResult(), recipe),
        round ? Rounding.NEAREST : Rounding.EXACT);
  }

  /// The files by the names of what they are.
  private Map<String, String> named(List<Slot> slots) {
    long needed = slots.stream().filter(slot -> !slot.optional()).count();
    if (inputs.size() < needed || inputs.size() > slots.size()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s takes --input for %s; found %d"
              .formatted(recipe.name(), String.join("; ", recipe.shown(slots)), inputs.size()));
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      named.put(slots.get(i).name(), inputs.get(i));
    }
    return named;
  }

  private void refuseBeside(List<Part> parts) {
    if (!inputs.isEmpty() || decode) {
      throw new ParameterException(
          spec.commandLine(),
          "--%s makes a sequence; that has no --input and no --decode"
              .formatted(parts.getFirst().kind()));
    }
  }

  /// Refuses an output that would replace an input.
  private void keepInputs(Stream<String> given) throws IOException {
    List<Path> read = new ArrayList<>();
    for (String value : given.toList()) {
      read.add(file(value));
    }
    for (Path file : new Path[] {weights, tokenizer}) {
      if (file != null) {
        read.add(file);
      }
    }
    for (Path target : new Path[] {output, page}) {
      for (Path input : read) {
        if (target != null
            && Files.exists(target)
            && Files.exists(input)
            && Files.isSameFile(target, input)) {
          throw new ParameterException(
              spec.commandLine(), "the output " + target + " would replace the input of that name");
        }
      }
    }
  }

  private static Path file(String value) {
    try {
      return TensorLocation.parse(value).file();
    } catch (IllegalArgumentException e) {
      return Path.of(value); // a graph or a text
    }
  }

  private Integer assemble(List<Part> parts) throws IOException {
    Recipe.Assembly assembly = recipe.assembly();
    if (assembly == null) {
      throw new IllegalStateException(recipe.name() + " makes no sequences");
    }
    MixedSequence sequence;
    try (Tessera tessera = backend.open()) {
      sequence = assembly.run(run(tessera, Map.of()), parts);
    } catch (IOException e) {
      throw VectorsOption.explained(e);
    }
    SequenceOutput.write(recipe, sequence, output, page);
    String kinds =
        sequence.sequence().spans().stream()
            .map(span -> span.modality() + " " + (span.to() - span.from()))
            .collect(Collectors.joining(", "));
    console.notice("%s: %,d ids: %s", recipe.name(), sequence.sequence().length(), kinds);
    console.notice("wrote %s%s", output, page == null ? "" : " and " + page);
    if (common.json()) {
      new Summary()
          .with("command", "recipe " + recipe.name())
          .with("ids", sequence.sequence().length())
          .with("spans", sequence.sequence().spans().size())
          .with("output", output)
          .with("page", page)
          .printTo(console);
    }
    return Main.DONE;
  }

  private void tell(Made made, String served, double seconds) {
    List<Object> tensors = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    made.tensors()
        .forEach(
            (name, tensor) -> {
              shown.add(name + " " + Arrays.toString(tensor.shape()));
              tensors.add(
                  new Summary()
                      .with("name", name)
                      .with("type", tensor.type())
                      .with("shape", tensor.shape())
                      .fields());
            });
    byte[] text = made.text();
    if (text != null) {
      shown.add(Text.format("text of %,d bytes", text.length));
    }
    console.notice(
        "%s%s: %s in %s; %s serves",
        recipe.name(),
        decode ? ", back" : "",
        String.join(", ", shown),
        Text.duration(seconds),
        served);
    console.notice("wrote %s", output);
    if (common.json()) {
      new Summary()
          .with("command", "recipe " + recipe.name())
          .with("decode", decode)
          .with("weights", weights)
          .with("inputs", inputs)
          .with("output", output)
          .with("tensors", tensors)
          .with("seconds", seconds)
          .printTo(console);
    }
  }
}
