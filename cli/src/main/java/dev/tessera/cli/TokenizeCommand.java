package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.io.AtomicFile;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.EncodedText;
import dev.tessera.text.SpecialTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tessera tokenize`: text files as token ids. A file is mapped and read window by window; ids
/// that go to a file alone are written meanwhile.
@Command(
    name = "tokenize",
    description = {
      "Turns text into token ids.",
      "",
      "Prints the ids, one line a file, or writes them to --output: uint32 [n], those of several"
          + " files one behind the other, with IDS.offsets.npy, int64 [files + 1], beside them.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class TokenizeCommand implements Callable<Integer> {
  /// What becomes of special tokens in the text.
  enum Special {
    REFUSE,
    ALLOW,
    TEXT;

    SpecialTokens rule() {
      return switch (this) {
        case REFUSE -> SpecialTokens.REFUSED;
        case ALLOW -> SpecialTokens.ALLOWED;
        case TEXT -> SpecialTokens.AS_TEXT;
      };
    }
  }

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Text in UTF-8; - is standard input.")
  private List<String> sources = List.of();

  @Mixin private VocabularyOption vocabulary = new VocabularyOption();

  @Option(names = "--output", paramLabel = "IDS.npy", description = "Where the ids go.")
  private @Nullable Path output;

  @Option(names = "--count", description = "Print how many tokens each file has, not the ids.")
  private boolean count;

  @Option(
      names = "--offsets",
      description =
          "Which bytes of the text each token stands for: with --output IDS.spans.npy, int64"
              + " [n x 2], with --jsonl the field `spans`.")
  private boolean offsets;

  @Option(
      names = "--jsonl",
      description = "Print an object a file, each on a line: file, tokens, ids.")
  private boolean jsonl;

  @Option(
      names = "--html",
      paramLabel = "PAGE",
      description = "A page that shows the tokens of one file in colours.")
  private @Nullable Path page;

  @Option(
      names = "--special",
      defaultValue = "refuse",
      paramLabel = "RULE",
      description =
          "What becomes of special tokens in the text: refuse, allow, or text (default: refuse).")
  private Special special = Special.REFUSE;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  TokenizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    refuseContradictions();
    BpeVocabulary loaded = vocabulary.load();
    try (Tessera tessera = backend.open();
        BpeTokenizer tokenizer = tessera.text(loaded);
        TokenOutput written = TokenOutput.open(output, offsets);
        Progress progress = Progress.start(console, "tokenize", sources.size())) {
      long start = System.nanoTime();
      long bytes = 0;
      long tokens = 0;
      List<String> lines = new ArrayList<>();
      for (String source : sources) {
        try {
          TextFile text = TextFile.open(source);
          bytes += text.bytes().byteSize();
          tokens += tokenize(tokenizer, source, text, written, lines);
          written.endText();
        } catch (IllegalArgumentException e) {
          throw new IOException(source + ": " + e.getMessage() + " (--special)", e);
        }
        progress.at(lines.size());
      }
      written.commit();
      lines.forEach(console.out()::println);
      console.out().flush();
      tell(tokenizer, loaded, bytes, tokens, (System.nanoTime() - start) / 1e9);
    }
    return Main.DONE;
  }

  private void refuseContradictions() throws IOException {
    if (page != null && sources.size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "--html shows one file, not " + sources.size());
    }
    if (count && (output != null || jsonl || offsets || page != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--count prints counts alone: no --output, --jsonl, --offsets, --html");
    }
    if (common.json() && jsonl) {
      throw new ParameterException(
          spec.commandLine(), "--json and --jsonl both print to standard output");
    }
    for (String source : sources) {
      for (Path written : Arrays.asList(output, page)) {
        if (written != null
            && !source.equals(TextFile.STANDARD_INPUT)
            && Files.exists(written)
            && Files.exists(Path.of(source))
            && Files.isSameFile(written, Path.of(source))) {
          throw new ParameterException(
              spec.commandLine(),
              "the output " + written + " would replace the input of that name");
        }
      }
    }
  }

  /// Tokenizes one file.
  ///
  /// @return how many tokens it has
  private long tokenize(
      BpeTokenizer tokenizer, String source, TextFile text, TokenOutput written, List<String> lines)
      throws IOException {
    if (count) {
      long tokens = tokenizer.count(text.bytes(), special.rule());
      lines.add(tokens + "\t" + source);
      return tokens;
    }
    if (offsets || page != null) {
      byte[] bytes = text.toArray();
      EncodedText encoded = tokenizer.encodeWithOffsets(bytes, special.rule());
      written.append(encoded);
      if (page != null) {
        Path target = page;
        String html = TokenPage.of(source, bytes, encoded);
        AtomicFile.write(
            target, out -> out.write(html.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      }
      print(source, encoded.ids(), offsets ? encoded : null, lines);
      return encoded.ids().length;
    }
    if (output != null && !jsonl) {
      return stream(tokenizer, text, written);
    }
    TokenIds ids = tokenizer.encode(text.bytes(), special.rule());
    written.append(ids);
    print(source, ids.toArray(), null, lines);
    return ids.rows();
  }

  /// Writes ids while the text is read: neither need fit in memory.
  private long stream(BpeTokenizer tokenizer, TextFile text, TokenOutput written)
      throws IOException {
    try {
      return tokenizer.encode(
          text.bytes(),
          special.rule(),
          block -> {
            try {
              written.append(block);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void print(String source, int[] ids, @Nullable EncodedText spans, List<String> lines) {
    if (jsonl) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("file", source);
      fields.put("tokens", ids.length);
      fields.put("ids", Arrays.stream(ids).boxed().toList());
      if (spans != null) {
        List<List<Integer>> pairs = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
          pairs.add(List.of(spans.byteStart(i), spans.byteEnds()[i]));
        }
        fields.put("spans", pairs);
      }
      lines.add(Json.text(fields));
    } else if (output == null && page == null && !common.json()) {
      StringBuilder line = new StringBuilder();
      for (int id : ids) {
        line.append(line.isEmpty() ? "" : " ").append(id);
      }
      lines.add(line.toString());
    }
  }

  private void tell(
      BpeTokenizer tokenizer, BpeVocabulary loaded, long bytes, long tokens, double seconds) {
    double rate = seconds == 0 ? 0 : bytes / seconds;
    console.notice(
        "%,d bytes, %,d tokens of %s: %s in %s; split by %s, merged by %s",
        bytes,
        tokens,
        loaded.name(),
        Text.rate(rate, "bytes"),
        Text.duration(seconds),
        tokenizer.report().splitting(),
        tokenizer.report().merging());
    if (output != null) {
      console.notice("wrote %s", output);
    }
    if (common.json()) {
      new Summary()
          .with("command", "tokenize")
          .with("vocabulary", loaded.name())
          .with("files", sources.size())
          .with("bytes", bytes)
          .with("tokens", tokens)
          .with("output", output)
          .with("page", page)
          .with("seconds", seconds)
          .with("bytes_per_second", rate)
          .with("splitting", tokenizer.report().splitting())
          .with("merging", tokenizer.report().merging())
          .printTo(console);
    }
  }
}
