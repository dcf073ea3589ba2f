package dev.tessera.benchmarks;

import dev.tessera.Tessera;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import dev.tessera.vq.Seeding;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Tessera's side of the comparison that `benchmarks/peers/nearest.py` runs: it takes one order a
/// line from standard input and answers each with one line of JSON, so that the script can take
/// turns between Tessera and its peers.
///
/// | order | answer |
/// |---|---|
/// | `hello` | the JVM, its flags, what backends there are |
/// | `open CASE FILES BACKEND THREADS` | reads the files, opens the backend, packs: the first packing's time and bytes |
/// | `warm CASE SECONDS` | calls until that time is over |
/// | `time CASE MILLISECONDS` | calls, at least one, until that time is over: nanoseconds a call |
/// | `check CASE` | one call: how many ids differ from the exact ones, and how the backend went about it |
/// | `prepare CASE` | packs anew: time and bytes |
/// | `allocation CASE CALLS` | heap bytes a call |
/// | `memory CASE` | memory of a first call, packing included, once the code is compiled |
/// | `seeds FILES CODES SEED OUTPUT` | writes the first codewords that `learn` draws |
/// | `learn FILES BACKEND THREADS CODES SEED STEPS OUTPUT` | learns a codebook and writes it: its time |
public final class PeerRun implements AutoCloseable {
  private static final int NANOS_PER_MILLI = 1_000_000;

  /// First calls, each with a packing of its own, before the one whose memory counts: until the JVM
  /// has compiled the code that packs, its vectors are objects.
  private static final int FIRST_CALLS = 20;

  private final Path folder;
  private final Map<String, PeerCase> cases = new LinkedHashMap<>();

  PeerRun(Path folder) {
    this.folder = folder;
  }

  /// Serves orders until standard input ends.
  ///
  /// @param args the folder that holds the `.npy` files
  /// @throws Exception if an order fails; the script sees the end of output
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: PeerRun FOLDER, orders on standard input");
      System.exit(2);
    }
    try (PeerRun run = new PeerRun(Path.of(args[0]))) {
      Orders.serve(run::answer);
    }
  }

  /// The answer to one order, of words.
  String answer(List<String> order) throws IOException, InterruptedException {
    String[] words = order.subList(1, order.size()).toArray(String[]::new);
    return switch (order.getFirst()) {
      case "hello" -> hello();
      case "open" -> open(words[0], words[1], words[2], Integer.parseInt(words[3]));
      case "warm" -> time(find(words[0]), Long.parseLong(words[1]) * 1000);
      case "time" -> time(find(words[0]), Long.parseLong(words[1]));
      case "check" -> check(find(words[0]));
      case "prepare" -> preparation(find(words[0]).prepareAgain());
      case "allocation" -> allocation(find(words[0]), Integer.parseInt(words[1]));
      case "memory" -> memory(find(words[0]));
      case "seeds" ->
          seeds(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]), words[3]);
      case "learn" -> learn(words);
      default -> throw new IllegalArgumentException("no such order: " + String.join(" ", order));
    };
  }

  private PeerCase find(String name) {
    PeerCase found = cases.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no case `" + name + "` is open");
    }
    return found;
  }

  static String hello() {
    try (Tessera tessera = Tessera.open()) {
      return json(
          "java", System.getProperty("java.runtime.version"),
          "vm", System.getProperty("java.vm.name"),
          "flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()),
          "processors", Runtime.getRuntime().availableProcessors(),
          "backends", tessera.report());
    }
  }

  private String open(String name, String files, String backend, int threads) throws IOException {
    PeerCase opened = PeerCase.open(folder, files, backend, threads);
    PeerCase replaced = cases.put(name, opened);
    if (replaced != null) {
      replaced.close();
    }
    return preparation(opened.prepareAgain());
  }

  private static String time(PeerCase search, long millis) {
    long calls = 0;
    long start = System.nanoTime();
    long nanos;
    do {
      search.encode();
      calls++;
      nanos = System.nanoTime() - start;
    } while (nanos < millis * NANOS_PER_MILLI);
    return json("nanos", (double) nanos / calls, "calls", calls);
  }

  private static String check(PeerCase search) {
    search.encode();
    KernelReport.Served served = search.served();
    return json(
        "differ", search.differing(), "backend", served.backend(), "detail", served.detail());
  }

  private static String preparation(Preparation preparation) {
    return json("nanos", preparation.nanos(), "bytes", preparation.bytes());
  }

  private static String allocation(PeerCase search, int calls) {
    long own = allocation(search::rows, calls); // what measuring itself allocates
    return json("bytes", (double) (allocation(search::encode, calls) - own) / calls);
  }

  private static long allocation(Runnable action, int calls) {
    long before = MemoryUse.allocatedBytes();
    for (int i = 0; i < calls; i++) {
      action.run();
    }
    return MemoryUse.allocatedBytes() - before;
  }

  private static String memory(PeerCase search) throws IOException, InterruptedException {
    MemoryUse use = search.firstCall();
    for (int call = 1; call < FIRST_CALLS; call++) {
      use = search.firstCall();
    }
    return json(
        "rows", search.rows(),
        "heap", use.heapBytes(),
        "resident", use.residentBytes());
  }

  private String seeds(String files, int codes, long seed, String output) throws IOException {
    FloatMatrix vectors = PeerCase.vectors(folder.resolve("x_" + files + ".npy"));
    write(RandomRows.draw(vectors, codes, seed), output);
    return json("rows", codes);
  }

  private String learn(String[] words) throws IOException {
    FloatMatrix vectors = PeerCase.vectors(folder.resolve("x_" + words[0] + ".npy"));
    KMeansOptions options =
        new KMeansOptions(
            Integer.parseInt(words[3]),
            Long.parseLong(words[4]),
            Integer.parseInt(words[5]),
            Metric.L2,
            Seeding.RANDOM);
    try (Tessera tessera = Tessera.open(words[1], new BackendOptions(Integer.parseInt(words[2])))) {
      long start = System.nanoTime();
      LearnedCodebook learned = tessera.learn(vectors, options);
      long nanos = System.nanoTime() - start;
      write(learned.codebook().codewords(), words[6]);
      return json(
          "nanos", nanos,
          "steps", learned.iterations(),
          "reseeded", learned.reseeded(),
          "backend", learned.report().backends().getFirst().backend());
    }
  }

  private void write(FloatMatrix matrix, String output) throws IOException {
    try (NpyWriter writer =
        NpyWriter.matrix(folder.resolve(output), ElementType.F32, matrix.columns())) {
      writer.append(matrix);
      writer.commit();
    }
  }

  /// `{"key": value, ...}`: numbers stay numbers, all else becomes a string.
  static String json(Object... keysAndValues) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      members.add(
          quote(keysAndValues[i]) + ": " + (value instanceof Number ? value : quote(value)));
    }
    return members.toString();
  }

  private static String quote(Object value) {
    String text = value.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + text.replaceAll("\\p{Cntrl}", " ") + '"';
  }

  @Override
  public void close() {
    cases.values().forEach(PeerCase::close);
  }
}
