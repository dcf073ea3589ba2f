package dev.tessera.benchmarks;

import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphFile;
import dev.tessera.graph.GraphOptions;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tessera's and MKL's side of the comparison that `benchmarks/peers/hops.py` runs: takes one order
/// a line from standard input and answers each with one line of JSON. All of one run take hops of
/// the same graph.
///
/// | order | answer |
/// |---|---|
/// | `load NAME` | reads `NAME_indptr.npy`, `NAME_indices.npy` and `NAME_x.npy`: nodes, edges, columns |
/// | `open BACKEND THREADS` | prepares; `mkl` is MKL, `simd-bf16` gathers rows of bfloat16: the first preparation's time and bytes |
/// | `warm BACKEND SECONDS` | takes hops and tokens, and prepares, until that time is over |
/// | `hops BACKEND` | one more and four more hops, the last alone: nanoseconds a hop, and of the rest |
/// | `tokens BACKEND` | features and three hops into node-major tokens: nanoseconds |
/// | `first BACKEND` | the same by somebody new, who has prepared nothing: nanoseconds |
/// | `memory BACKEND` | as `first`: the greatest growth of resident memory, in bytes, tokens not counted |
/// | `prepare BACKEND` | prepares anew: time and bytes |
/// | `at-hand BACKEND` | as `prepare`, with memory that was given back just before |
/// | `allocate BYTES` | has the system give so much memory, zeroed, and gives it back: nanoseconds |
/// | `check BACKEND` | three hops: how many values differ from the definition's, the greatest error |
/// | `write BACKEND FILE` | writes the third hop |
public final class HopPeerRun implements AutoCloseable {
  private static final int HOPS = 3;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Path folder;
  private final Map<String, HopRunner> runners = new LinkedHashMap<>();
  private @Nullable HopData data;
  private @Nullable FloatTensor tokens;
  private @Nullable FloatMatrix expected;

  HopPeerRun(Path folder) {
    this.folder = folder;
  }

  /// Serves orders until standard input ends.
  ///
  /// @param args the folder that holds the `.npy` files
  /// @throws Exception if an order fails; the script sees the end of output
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: HopPeerRun FOLDER, orders on standard input");
      System.exit(2);
    }
    try (HopPeerRun run = new HopPeerRun(Path.of(args[0]))) {
      Orders.serve(run::answer);
    }
  }

  /// The answer to one order, of words.
  String answer(List<String> order) throws IOException, InterruptedException {
    String name = order.size() < 2 ? "" : order.get(1);
    return switch (order.getFirst()) {
      case "hello" -> PeerRun.hello();
      case "load" -> load(name);
      case "open" -> open(name, Integer.parseInt(order.get(2)));
      case "warm" -> warm(find(name), Long.parseLong(order.get(2)) * NANOS_PER_SECOND);
      case "hops" -> hops(find(name));
      case "tokens" -> {
        long start = System.nanoTime();
        find(name).tokens(tokens());
        yield PeerRun.json("nanos", System.nanoTime() - start);
      }
      case "first" -> PeerRun.json("nanos", find(name).firstTokens(tokens()));
      case "memory" -> memory(find(name));
      case "prepare" -> preparation(find(name).prepareAgain());
      case "at-hand" -> preparation(find(name).prepareAtHand());
      case "allocate" -> allocate(Long.parseLong(name));
      case "check" -> check(find(name));
      case "write" -> write(find(name), order.get(2));
      default -> throw new IllegalArgumentException("no such order: " + String.join(" ", order));
    };
  }

  private HopRunner find(String name) {
    HopRunner found = runners.get(name);
    if (found == null) {
      throw new IllegalArgumentException("`" + name + "` is not open");
    }
    return found;
  }

  private HopData data() {
    HopData loaded = data;
    if (loaded == null) {
      throw new IllegalArgumentException("no graph is loaded");
    }
    return loaded;
  }

  private FloatTensor tokens() {
    FloatTensor made = tokens;
    if (made == null) {
      FloatMatrix features = data().features();
      made = FloatTensor.allocate(features.rows(), HOPS + 1, features.columns());
      tokens = made;
    }
    return made;
  }

  private String load(String name) throws IOException {
    Graph graph = GraphFile.load(folder.resolve(name), GraphOptions.DIRECTED);
    FloatMatrix features = PeerCase.vectors(folder.resolve(name + "_x.npy"));
    runners.values().forEach(HopRunner::close);
    runners.clear();
    tokens = null;
    expected = null;
    data = new HopData(graph, features);
    return PeerRun.json(
        "nodes", graph.nodes(), "edges", graph.edges(), "columns", features.columns());
  }

  private String open(String name, int threads) {
    HopRunner opened = HopRunner.open(name, data().graph(), data().features(), threads);
    HopRunner replaced = runners.put(name, opened);
    if (replaced != null) {
      replaced.close();
    }
    return preparation(opened.prepareAgain());
  }

  private String warm(HopRunner runner, long nanos) {
    long calls = 0;
    long start = System.nanoTime();
    do {
      runner.last(HOPS);
      runner.tokens(tokens());
      runner.firstTokens(tokens());
      runner.prepareAgain();
      calls++;
    } while (System.nanoTime() - start < nanos);
    return PeerRun.json("calls", calls);
  }

  /// What four hops take longer than one, three hops apart, is hops alone: without copying features
  /// to where they are gathered, and the last hop to where it is wanted.
  private static String hops(HopRunner runner) {
    long start = System.nanoTime();
    runner.last(1);
    long between = System.nanoTime();
    runner.last(1 + HOPS);
    long one = between - start;
    long hop = (System.nanoTime() - between - one) / HOPS;
    return PeerRun.json("nanos", hop, "rest", one - hop);
  }

  private String check(HopRunner runner) {
    FloatMatrix third = expected;
    if (third == null) {
      third = HopCheck.definition(data().graph(), data().features(), HOPS);
      expected = third;
    }
    FloatMatrix found = runner.last(HOPS);
    return PeerRun.json(
        "differ", HopCheck.differing(third, found),
        "error", HopCheck.error(third, found),
        "detail", runner.describe());
  }

  private String write(HopRunner runner, String output) throws IOException {
    FloatMatrix third = runner.last(HOPS);
    try (NpyWriter writer =
        NpyWriter.matrix(folder.resolve(output), ElementType.F32, third.columns())) {
      writer.append(third);
      writer.commit();
    }
    return PeerRun.json("rows", third.rows());
  }

  private String memory(HopRunner runner) throws IOException, InterruptedException {
    FloatTensor written = tokens();
    MemoryUse use = MemoryUse.of(() -> runner.firstTokens(written));
    return PeerRun.json("bytes", use.residentBytes());
  }

  private static String allocate(long bytes) {
    long start = System.nanoTime();
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(bytes);
      return PeerRun.json("nanos", System.nanoTime() - start);
    }
  }

  private static String preparation(Preparation preparation) {
    return PeerRun.json("nanos", preparation.nanos(), "bytes", preparation.bytes());
  }

  @Override
  public void close() {
    runners.values().forEach(HopRunner::close);
  }
}
