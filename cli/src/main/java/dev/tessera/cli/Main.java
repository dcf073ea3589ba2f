package dev.tessera.cli;

import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The `tessera` command.
///
/// Results go to files or standard output, everything else to standard error. Exit status: 0 done,
/// 1 the input or the environment is at fault, 2 wrong usage, 130 interrupted.
@Command(
    name = "tessera",
    description = "Turns text, vectors, pictures and graphs into tokens, exactly and fast.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    footer = {
      "",
      "Exit status: 0 done, 1 the input or the environment is at fault, 2 wrong usage,",
      "130 interrupted."
    })
public final class Main implements Runnable {
  /// The exit status of a run that did what it was asked for.
  static final int DONE = CommandLine.ExitCode.OK;

  /// The exit status where the input or the environment is at fault.
  static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /// The exit status of a run that was interrupted: 128 and the signal's number.
  static final int INTERRUPTED = 130;

  /// Tells the version that the module or the jar carries.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tessera " + text()};
    }

    static String text() {
      return Optional.ofNullable(Main.class.getModule().getDescriptor())
          .flatMap(ModuleDescriptor::rawVersion)
          .or(() -> Optional.ofNullable(Main.class.getPackage().getImplementationVersion()))
          .orElse("(not packaged)");
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /// Runs a command and ends the process with its exit status.
  ///
  /// @param arguments the command line
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    boolean debug = Arrays.asList(arguments).contains("--debug");
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    Logger log = Logger.getLogger("dev.tessera");
    log.setUseParentHandlers(false);
    log.setLevel(debug ? Level.ALL : Level.WARNING);
    log.addHandler(new PlainLogHandler(err));
    Interruption interruption = Interruption.ofThisThread();
    int status = run(arguments, new Console(out, err, StandardError.isTerminal()));
    interruption.disarm();
    System.exit(status);
  }

  /// Runs a command.
  ///
  /// @return the exit status
  static int run(String[] arguments, Console console) {
    boolean debug = Arrays.asList(arguments).contains("--debug");
    CommandLine commands =
        new CommandLine(new Main())
            .addSubcommand(new BackendsCommand(console))
            .addSubcommand(new LearnCommand(console))
            .addSubcommand(new QuantizeCommand(console))
            .addSubcommand(new ImageCommand(console))
            .addSubcommand(new HopsCommand(console))
            .addSubcommand(new GraphCommand(console))
            .addSubcommand(new TokenizeCommand(console))
            .addSubcommand(new DetokenizeCommand(console))
            .addSubcommand(new TrainBpeCommand(console))
            .addSubcommand(RecipeGroupCommand.with(console))
            .addSubcommand(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(Path.class, Main::path)
            .setOut(console.out())
            .setErr(console.err())
            .setParameterExceptionHandler((e, _) -> refuse(e))
            .setExecutionExceptionHandler((e, _, _) -> new Failure(e).report(console, debug));
    try {
      return commands.execute(arguments);
    } catch (
        Error e) { // picocli hands exceptions to the handler, errors through: out of memory, ...
      return new Failure(e).report(console, debug);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  /// A file or folder by name. The empty name, which Java takes for the working folder, is the
  /// trace of a shell variable that was not set.
  private static Path path(String name) {
    if (name.isEmpty()) {
      throw new TypeConversionException("expected a file or folder, found an empty name");
    }
    return Path.of(name);
  }

  private static int refuse(ParameterException e) {
    CommandLine commandLine = e.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println("tessera: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: backends, learn, quantize, image, hops, graph, tokenize, detokenize,"
            + " train-bpe or recipe");
  }
}
