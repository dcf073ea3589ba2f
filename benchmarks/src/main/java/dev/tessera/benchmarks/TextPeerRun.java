package dev.tessera.benchmarks;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import dev.tessera.text.TextOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Tessera's side of the comparison that `benchmarks/peers/text.py` runs, and jtokkit's, which
/// lives in the same JVM: takes one order a line from standard input and answers each with one
/// line.
///
/// | order | answer |
/// |---|---|
/// | `hello` | the JVM, its flags, what serves |
/// | `open VOCABULARY` | nanoseconds to read it and to make a tokenizer |
/// | `warm FILE SECONDS` | passes over the text, with a fresh cache now and then, until that time is over |
/// | `first FILE` | nanoseconds of one pass with a cache that knows the vocabulary alone |
/// | `kept FILE` | nanoseconds of one pass right after another, with the cache that earlier ones left |
/// | `decode FILE` | nanoseconds to decode the text's ids |
/// | `check FILE IDS` | how many ids differ from those in the file, int32, little-endian |
/// | `worst LETTERS BYTES` | nanoseconds for one piece: `a`, `space`, `newline`, `random`, `han` |
/// | `allocated FILE` | heap bytes of a pass, less those of its result |
/// | `jtokkit VOCABULARY FILE` | nanoseconds of one pass by jtokkit |
///
/// Before each pass that is timed, garbage is collected.
///
/// A vocabulary is the name of a published encoding, a `tokenizer.json`, or a SentencePiece model.
public final class TextPeerRun implements AutoCloseable {
  private static final int RANDOM_SEED = 7;

  private interface Measurement {
    long nanos() throws IOException;
  }

  private final Backends backends;
  private final LongSupplier clock;
  private final Path folder;
  private final Map<String, byte[]> texts = new HashMap<>();
  private BpeVocabulary vocabulary;
  private BpeTokenizer tokenizer;

  private TextPeerRun(String backend, int threads, boolean processorTime, Path folder)
      throws IOException {
    backends = Backends.open(backend, new BackendOptions(threads));
    clock =
        processorTime
            ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
            : System::nanoTime;
    this.folder = folder;
    vocabulary = load("cl100k");
    tokenizer = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT);
  }

  /// Serves orders until standard input ends.
  ///
  /// @param args backend, threads, `wall` or `processor` for the clock, the folder with the texts
  /// @throws IOException if a file cannot be read
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 4) {
      System.err.println(
          "usage: TextPeerRun BACKEND THREADS wall|processor FOLDER, orders on standard input");
      System.exit(2);
    }
    try (TextPeerRun run =
        new TextPeerRun(
            args[0], Integer.parseInt(args[1]), args[2].equals("processor"), Path.of(args[3]))) {
      Orders.serve(run::answer);
    }
  }

  private Object answer(List<String> order) throws IOException {
    return switch (order.getFirst()) {
      case "hello" -> hello();
      case "open" -> open(order.get(1));
      case "warm" -> warm(order.get(1), Double.parseDouble(order.get(2)));
      case "first" -> collected(() -> first(text(order.get(1))));
      case "kept" -> collected(() -> secondPass(text(order.get(1))));
      case "decode" -> collected(() -> decode(text(order.get(1))));
      case "check" -> check(text(order.get(1)), folder.resolve(order.get(2)));
      case "worst" -> collected(() -> worst(order.get(1), Integer.parseInt(order.get(2))));
      case "allocated" -> allocated(text(order.get(1)));
      case "jtokkit" -> collected(() -> JtokkitPass.nanos(order.get(1), text(order.get(2)), clock));
      default -> throw new IllegalArgumentException("no such order: " + String.join(" ", order));
    };
  }

  private String hello() {
    return "%s, %s, %s; %s; %s"
        .formatted(
            System.getProperty("java.vm.name"),
            System.getProperty("java.runtime.version"),
            String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()),
            backends.report(),
            tokenizer.report());
  }

  private BpeVocabulary load(String name) throws IOException {
    return name.endsWith(".json")
        ? BpeVocabulary.tokenizerJson(folder.resolve(name))
        : name.endsWith(".model")
            ? BpeVocabulary.sentencePiece(folder.resolve(name))
            : BpeVocabulary.named(name, folder);
  }

  private long open(String name) throws IOException {
    long start = clock.getAsLong();
    vocabulary = load(name);
    BpeTokenizer opened = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT);
    long nanos = clock.getAsLong() - start;
    tokenizer.close();
    tokenizer = opened;
    return nanos;
  }

  private byte[] text(String file) throws IOException {
    byte[] known = texts.get(file);
    if (known == null) {
      known = Files.readAllBytes(folder.resolve(file));
      texts.put(file, known);
    }
    return known;
  }

  private int warm(String file, double seconds) throws IOException {
    byte[] text = text(file);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int passes = 0;
    while (System.nanoTime() < end) {
      passes += first(text) > 0 ? 1 : 0;
      passes += pass(text) > 0 ? 1 : 0;
      passes += decode(text) > 0 ? 1 : 0;
    }
    return passes;
  }

  /// A tokenizer of its own, whose cache is made before the clock starts.
  private long first(byte[] text) {
    try (BpeTokenizer fresh = BpeTokenizer.of(backends, vocabulary, TextOptions.DEFAULT)) {
      fresh.encode(new byte[0], SpecialTokens.AS_TEXT);
      long start = clock.getAsLong();
      int[] ids = fresh.encode(text, SpecialTokens.AS_TEXT);
      long nanos = clock.getAsLong() - start;
      return ids.length == 0 ? 0 : nanos;
    }
  }

  /// A measurement that does not pay for the garbage of those before.
  private static long collected(Measurement measurement) throws IOException {
    System.gc();
    return measurement.nanos();
  }

  /// The collection of garbage before leaves nothing in the processor's caches.
  private long secondPass(byte[] text) {
    var _ = pass(text);
    return pass(text);
  }

  private long pass(byte[] text) {
    long start = clock.getAsLong();
    int[] ids = tokenizer.encode(text, SpecialTokens.AS_TEXT);
    long nanos = clock.getAsLong() - start;
    return ids.length == 0 ? 0 : nanos;
  }

  private long decode(byte[] text) {
    int[] ids = tokenizer.encode(text, SpecialTokens.AS_TEXT);
    long start = clock.getAsLong();
    byte[] decoded = tokenizer.decodeBytes(ids);
    long nanos = clock.getAsLong() - start;
    return decoded.length == 0 ? 0 : nanos;
  }

  private long check(byte[] text, Path expected) throws IOException {
    byte[] bytes = Files.readAllBytes(expected);
    int[] wanted = new int[bytes.length / Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(wanted);
    int[] ids = tokenizer.encode(text, SpecialTokens.AS_TEXT);
    long differ = Math.abs(ids.length - wanted.length);
    for (int i = 0; i < Math.min(ids.length, wanted.length); i++) {
      differ += ids[i] == wanted[i] ? 0 : 1;
    }
    return differ;
  }

  private long worst(String letters, int bytes) {
    return pass(WorstText.of(letters, bytes, RANDOM_SEED));
  }

  private long allocated(byte[] text) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long before = MemoryUse.allocatedBytes();
      int[] ids = tokenizer.encode(text, SpecialTokens.AS_TEXT);
      best = Math.min(best, MemoryUse.allocatedBytes() - before - 4L * ids.length);
    }
    return best;
  }

  @Override
  public void close() {
    tokenizer.close();
    backends.close();
  }
}
