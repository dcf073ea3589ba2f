package dev.tessera.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.api.Encoding;
import dev.tessera.kernel.Backends;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import dev.tessera.text.TextOptions;
import dev.tessera.text.TokenBatch;
import dev.tessera.text.TokenizerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Text to ids and back, by Tessera and by the tokenizers that a Java program could use instead, in
/// one JVM: texts a second, and, as `bytes`, bytes of UTF-8 a second. All must give the same ids or the
/// run fails; DJL's tokenizer is given a `tokenizer.json`.
///
/// DJL's tokenizer gets the text as documents of 8,192 characters, one after the other: one long
/// text slows it down.
///
/// A text is encoded again and again, so this is the steady state: caches know the text. What a
/// first pass costs is `benchmarks/peers/text.py`'s subject.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class TextBenchmark {
  private static final int DOCUMENT_CHARS = 8192;

  /// Documents of a batch.
  private static final int BATCH = 64;

  /// Who encodes: a backend of Tessera, `jtokkit`, or `djl`.
  @Param({"auto", "scalar", "jtokkit"})
  public String tokenizer;

  /// `cl100k`, `o200k` or `r50k`.
  @Param("cl100k")
  public String encoding;

  /// A folder made by `benchmarks/peers/text_data.py`.
  @Param("build/text-data")
  public String folder;

  /// A text in that folder.
  @Param({"english", "code", "cjk", "multi", "jsonlog"})
  public String text;

  /// How much of it, in bytes, at most.
  @Param("1000000")
  public int size;

  /// Threads of the backend.
  @Param("1")
  public int threads;

  private String string;
  private List<String> documents;
  private List<String> batch;
  private byte[] utf8;
  private int[] ids;
  private @Nullable Backends backends;
  private @Nullable BpeTokenizer tessera;
  private @Nullable Encoding jtokkit;
  private @Nullable HuggingFaceTokenizer djl;

  /// Counts bytes, so that JMH reports bytes a second beside texts a second.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Progress {
    /// Bytes of UTF-8 that were encoded, or decoded to.
    public long bytes;
  }

  /// Reads the text, opens the tokenizer, and compares ids.
  ///
  /// @throws IOException if a file cannot be read
  @Setup
  public void open() throws IOException {
    byte[] all = Files.readAllBytes(Path.of(folder, text + ".txt"));
    int end = Math.min(size, all.length);
    while (end < all.length && (all[end] & 0xC0) == 0x80) {
      end--;
    }
    utf8 = Arrays.copyOf(all, end);
    string = new String(utf8, StandardCharsets.UTF_8);
    BpeVocabulary vocabulary = BpeVocabulary.named(encoding, Path.of(folder));
    switch (tokenizer) {
      case "jtokkit" -> jtokkit = JtokkitPass.encoding(encoding);
      case "djl" -> djl = openDjl(Path.of(folder, encoding + ".json"));
      default -> {
        backends = NamedBackend.open(tokenizer, threads);
        tessera = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT);
      }
    }
    documents = cut(string, DOCUMENT_CHARS);
    batch = cut(string, Math.max(1, Math.ceilDiv(string.length(), BATCH)));
    ids = encodeOnce();
    check(vocabulary);
    Facts.tell("bytes", utf8.length);
    Facts.tell("tokens", ids.length);
  }

  /// Pieces of so many characters, or one more where a pair of surrogates would be cut.
  private static List<String> cut(String text, int chars) {
    List<String> pieces = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + chars);
      to += to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? 1 : 0;
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  /// Without its usual cut after 512 tokens.
  private static HuggingFaceTokenizer openDjl(Path file) throws IOException {
    Map<String, String> options =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
    return HuggingFaceTokenizer.newInstance(file, options);
  }

  private void check(BpeVocabulary vocabulary) {
    List<String> parts = djl == null ? List.of(string) : documents;
    try (Backends reference = Backends.open("scalar", new dev.tessera.kernel.BackendOptions(1));
        BpeTokenizer specification = BpeTokenizer.of(reference, vocabulary, TextOptions.DEFAULT)) {
      int[] expected =
          parts.stream()
              .flatMapToInt(
                  part -> Arrays.stream(specification.encode(part, SpecialTokens.AS_TEXT)))
              .toArray();
      if (!Arrays.equals(expected, ids)) {
        throw new IllegalStateException(
            "%s gives other ids than the specification (%s, %s): %d tokens, expected %d"
                .formatted(tokenizer, encoding, text, ids.length, expected.length));
      }
    }
  }

  private int[] encodeOnce() {
    if (tessera != null) {
      return tessera.encode(string, SpecialTokens.AS_TEXT);
    }
    if (jtokkit != null) {
      return jtokkit.encodeOrdinary(string).toArray();
    }
    if (djl != null) {
      IntStream.Builder all = IntStream.builder();
      for (String document : documents) {
        for (long id : djl.encode(document, false, false).getIds()) {
          all.add((int) id);
        }
      }
      return all.build().toArray();
    }
    throw new IllegalStateException("no tokenizer is open");
  }

  /// A string to an array of ids.
  @Benchmark
  public int[] encode(Progress progress) {
    progress.bytes += utf8.length;
    return encodeOnce();
  }

  /// The text in 64 documents to their ids, on as many threads as the backend has.
  @Benchmark
  public TokenBatch batch(Progress progress) {
    if (tessera == null) {
      throw new IllegalStateException("%s takes no batches here".formatted(tokenizer));
    }
    progress.bytes += utf8.length;
    return tessera.encodeAll(batch, SpecialTokens.AS_TEXT);
  }

  /// How many ids, without them.
  @Benchmark
  public long count(Progress progress) {
    progress.bytes += utf8.length;
    return tessera != null
        ? tessera.count(string, SpecialTokens.AS_TEXT)
        : jtokkit != null ? jtokkit.countTokensOrdinary(string) : encodeOnce().length;
  }

  /// Ids to a string.
  @Benchmark
  public String decode(Progress progress) {
    progress.bytes += utf8.length;
    if (tessera != null) {
      return tessera.decode(ids);
    }
    if (jtokkit != null) {
      com.knuddels.jtokkit.api.IntArrayList list =
          new com.knuddels.jtokkit.api.IntArrayList(ids.length);
      for (int id : ids) {
        list.add(id);
      }
      return jtokkit.decode(list);
    }
    if (djl != null) {
      return djl.decode(Arrays.stream(ids).asLongStream().toArray());
    }
    throw new IllegalStateException("no tokenizer is open");
  }

  /// Says what ran, and closes it.
  @TearDown
  public void close() {
    if (tessera != null && backends != null) {
      TokenizerReport report = tessera.report();
      System.out.println("# " + report);
      Facts.tell(
          "served", "splitting: %s; merging: %s".formatted(report.splitting(), report.merging()));
      Facts.tell("preparedBytes", report.sharedBytes());
      Facts.tell("preparedNanos", report.prepareNanos());
      tessera.close();
      backends.close();
    }
    if (djl != null) {
      djl.close();
    }
  }
}
