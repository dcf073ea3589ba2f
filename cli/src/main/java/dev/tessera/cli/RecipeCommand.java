package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.cli.recipe.Given;
import dev.tessera.cli.recipe.Made;
import dev.tessera.cli.recipe.Part;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.RecipeRun;
import dev.tessera.cli.recipe.Slot;
import dev.tessera.cli.recipe.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
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
/// graphs as sequences.
@Command(
    name = "system",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class RecipeCommand implements Callable<Integer> {
  private final Console console;
  private final Recipe recipe;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private GivenOptions given = new GivenOptions();

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "What goes in, one after the other in the order above: FILE.npy, FILE.npz:NAME,"
              + " FILE.safetensors:NAME, FILE.pt:NAME, a graph as `tessera hops` takes it, a text,"
              + " molecules in FILE.smi.")
  private List<String> inputs = List.of();

  @Option(
      names = "--sequences",
      paramLabel = "FILE.jsonl",
      description =
          "Makes a sequence of each line, an array of parts as in [{\"text\": \"What is \"},"
              + " {\"image\": \"cat.npy\"}], files relative to the folder of FILE.jsonl.")
  private @Nullable Path sequences;

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

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  private RecipeCommand(Console console, Recipe recipe) {
    this.console = console;
    this.recipe = recipe;
  }

  /// The command of a system, with the options that the system has.
  static CommandLine of(Console console, Recipe recipe) {
    CommandLine command = new CommandLine(new RecipeCommand(console, recipe));
    command.setCommandName(recipe.name());
    new RecipeOptions(recipe).addTo(command.getCommandSpec());
    return command;
  }

  @Override
  public Integer call() throws IOException {
    List<Part> parts = RecipeOptions.parts(spec.commandLine().getParseResult(), recipe);
    Targets targets =
        new Targets(spec.commandLine(), Stream.of(output, page).filter(Objects::nonNull).toList());
    for (Path read : given.files()) {
      targets.keep(read);
    }
    if (sequences != null) {
      targets.keep(sequences);
    }
    try {
      if (parts.isEmpty() && sequences == null) {
        encode(targets);
      } else {
        assemble(parts, targets);
      }
    } catch (IOException e) {
      throw VectorsOption.explained(e);
    }
    return Main.DONE;
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Given given() {
    return given.with(
        backend.options().threads(),
        RecipeOptions.values(spec.commandLine().getParseResult(), recipe));
  }

  private void encode(Targets targets) throws IOException {
    if (page != null) {
      throw wrongUsage("--html shows sequences alone");
    }
    Way way = way();
    for (String input : inputs) {
      targets.keep(input);
    }
    RecipeOutput written = RecipeOutput.to(output, way.outputs(), spec.commandLine());
    long start = System.nanoTime();
    Made made;
    String served;
    try (Tessera tessera = backend.open();
        RecipeRun run = new RecipeRun(tessera, recipe, given(), way.inputs(), inputs)) {
      made = way.step().run(run);
      Writing.to(output, () -> written.write(made));
      served = BackendOption.served(List.of(), tessera.report());
    }
    tell(new RecipeResult(made), served, (System.nanoTime() - start) / 1e9);
  }

  /// The way that the inputs are for.
  private Way way() {
    Way back = recipe.back();
    if (decode && back == null) {
      throw wrongUsage("--decode: there is no way back for " + recipe.name());
    }
    if (decode && given.encoder() != null) {
      throw wrongUsage("--encoder is for the way in; leave it or --decode out");
    }
    Way way = decode && back != null ? back : recipe.wayOf(inputs);
    boolean imagesEnough = given.encoder() != null && !inputs.isEmpty();
    if (!imagesEnough && !way.takes(inputs.size())) {
      throw wrongUsage(
          "%s takes --input for %s; found %d"
              .formatted(recipe.name(), String.join(", or for ", taken(way)), inputs.size()));
    }
    return way;
  }

  /// What goes in on a way, and on the other ones beside it.
  private List<String> taken(Way way) {
    List<String> taken = new ArrayList<>();
    taken.add(String.join("; ", recipe.shown(way.inputs())));
    if (!decode) {
      for (Way other : recipe.otherWays()) {
        taken.add(String.join("; ", recipe.shown(other.inputs())));
      }
    }
    return taken;
  }

  private void assemble(List<Part> parts, Targets targets) throws IOException {
    String asked = sequences == null ? "--" + parts.getFirst().kind() : "--sequences";
    if (!inputs.isEmpty() || decode) {
      throw wrongUsage(asked + " makes a sequence; that has no --input and no --decode");
    }
    if (sequences != null && !parts.isEmpty()) {
      throw wrongUsage(
          "--sequences has its parts in the file; leave --%s out"
              .formatted(parts.getFirst().kind()));
    }
    for (Part part : parts) {
      if (part.isFile()) {
        targets.keep(part.value());
      }
    }
    List<Slot> none = List.of();
    try (Tessera tessera = backend.open();
        RecipeRun run = new RecipeRun(tessera, recipe, given(), none, List.of());
        SequenceOutput written = SequenceOutput.open(recipe, output, page)) {
      RecipeSequences made = new RecipeSequences(recipe, run, written);
      if (sequences == null) {
        made.add(parts);
      } else {
        made.addAll(sequences, targets);
      }
      written.commit();
      made.tell(console, output, page, common.json());
    }
  }

  private void tell(RecipeResult result, String served, double seconds) {
    console.notice(
        "%s%s: %s in %s; %s serves",
        recipe.name(), decode ? ", back" : "", result.shown(), Text.duration(seconds), served);
    console.notice("wrote %s", output);
    if (common.json()) {
      new Summary()
          .with("command", "recipe " + recipe.name())
          .with("decode", decode)
          .with("weights", given.weights())
          .with("encoder", given.encoder())
          .with("inputs", inputs)
          .with("output", output)
          .with("tensors", result.tensors())
          .with("seconds", seconds)
          .printTo(console);
    }
  }
}
