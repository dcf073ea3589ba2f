package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.io.AtomicFile;
import dev.tessera.io.Npy;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tessera detokenize`: token ids as text again.
@Command(
    name = "detokenize",
    description = "Turns token ids back into text, on standard output or in a file.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class DetokenizeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "IDS.npy", description = "Integers [n].")
  private Path source = Path.of("");

  @Mixin private VocabularyOption vocabulary = new VocabularyOption();

  @Option(
      names = "--output",
      paramLabel = "TEXT",
      description = "Where the text goes (default: standard output).")
  private @Nullable Path output;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  DetokenizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    TokenIds ids = Npy.open(source).ids();
    if (ids.columns() != 1) {
      throw new IOException(
          "%s has %d columns, token ids are one column".formatted(source, ids.columns()));
    }
    try (Tessera tessera = backend.open();
        BpeTokenizer tokenizer = tessera.text(vocabulary.load())) {
      byte[] text = decode(tokenizer, ids);
      Path target = output;
      if (target != null) {
        Writing.to(
            target,
            () -> {
              AtomicFile.write(target, (OutputStream out) -> out.write(text));
              return target;
            });
        console.notice("wrote %s", target);
      } else if (!common.json()) {
        console.out().print(new String(text, StandardCharsets.UTF_8));
        console.out().flush();
      }
      if (common.json()) {
        new Summary()
            .with("command", "detokenize")
            .with("tokens", ids.rows())
            .with("bytes", text.length)
            .with("output", output)
            .printTo(console);
      }
    }
    return Main.DONE;
  }

  private byte[] decode(BpeTokenizer tokenizer, TokenIds ids) throws IOException {
    try {
      return tokenizer.decodeBytes(ids.toArray());
    } catch (IllegalArgumentException e) {
      throw new IOException(source + ": " + e.getMessage(), e);
    }
  }
}
