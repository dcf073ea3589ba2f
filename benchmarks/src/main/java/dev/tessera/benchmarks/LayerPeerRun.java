package dev.tessera.benchmarks;

import dev.tessera.Tessera;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.io.Safetensors;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelReport;
import dev.tessera.nn.Linear;
import dev.tessera.nn.QFormer;
import dev.tessera.nn.QFormerOptions;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tessera's side of the comparison that `benchmarks/peers/linear.py` runs: takes one order a line
/// from standard input and answers each with one line of JSON.
///
/// | order | answer |
/// |---|---|
/// | `open CASE BACKEND THREADS` | reads `CASE.safetensors` and packs its weights: time and bytes |
/// | `warm CASE SECONDS` | calls until that time is over |
/// | `time CASE MILLISECONDS` | calls, at least one, until that time is over: nanoseconds a call |
/// | `allocation CASE CALLS` | heap bytes a call |
/// | `write CASE FILE` | writes a call's result: how the backend went about it |
///
/// A file with `query_tokens` is a Q-Former that looks at `x`; another one is a linear layer of
/// `weight` and `bias`, with a GELU if it also holds `gelu`.
public final class LayerPeerRun implements AutoCloseable {
  private static final int NANOS_PER_MILLI = 1_000_000;

  /// What is timed.
  private interface Layer extends AutoCloseable {
    FloatMatrix run();

    KernelReport report();

    @Override
    void close();
  }

  private final Path folder;
  private final Map<String, Layer> cases = new LinkedHashMap<>();

  LayerPeerRun(Path folder) {
    this.folder = folder;
  }

  /// Serves orders until standard input ends.
  ///
  /// @param args the folder that holds the `.safetensors` files
  /// @throws Exception if an order fails; the script sees the end of output
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: LayerPeerRun FOLDER, orders on standard input");
      System.exit(2);
    }
    try (LayerPeerRun run = new LayerPeerRun(Path.of(args[0]))) {
      Orders.serve(run::answer);
    }
  }

  /// The answer to one order, of words.
  String answer(List<String> order) throws IOException {
    String name = order.size() < 2 ? "" : order.get(1);
    return switch (order.getFirst()) {
      case "hello" -> PeerRun.hello();
      case "open" -> open(name, order.get(2), Integer.parseInt(order.get(3)));
      case "warm" -> time(find(name), Long.parseLong(order.get(2)) * 1000);
      case "time" -> time(find(name), Long.parseLong(order.get(2)));
      case "allocation" -> allocation(find(name), Integer.parseInt(order.get(2)));
      case "write" -> write(find(name), order.get(2));
      default -> throw new IllegalArgumentException("no such order: " + String.join(" ", order));
    };
  }

  private Layer find(String name) {
    Layer found = cases.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no case `" + name + "` is open");
    }
    return found;
  }

  private String open(String name, String backend, int threads) throws IOException {
    Weights weights = Weights.of(Safetensors.open(folder.resolve(name + ".safetensors")));
    Tessera tessera = Tessera.open(backend, new BackendOptions(threads));
    Layer opened =
        weights.has("query_tokens") ? qformer(tessera, weights) : linear(tessera, weights);
    Layer replaced = cases.put(name, opened);
    if (replaced != null) {
      replaced.close();
    }
    long start = System.nanoTime();
    opened.run();
    return PeerRun.json(
        "nanos",
        System.nanoTime() - start,
        "bytes",
        opened.report().backends().getFirst().preparation().bytes());
  }

  private static Layer linear(Tessera tessera, Weights weights) throws IOException {
    FloatMatrix weight = weights.matrix("weight");
    Linear linear =
        tessera.linear(
            weight,
            weights.vector("bias", (int) weight.rows()),
            weights.has("gelu") ? Activation.GELU : Activation.NONE);
    FloatMatrix x = weights.matrix("x");
    FloatMatrix y = FloatMatrix.allocate(x.rows(), linear.outputs());
    return new Layer() {
      @Override
      public FloatMatrix run() {
        linear.apply(x, y);
        return y;
      }

      @Override
      public KernelReport report() {
        return linear.report();
      }

      @Override
      public void close() {
        tessera.close();
      }
    };
  }

  private static Layer qformer(Tessera tessera, Weights weights) throws IOException {
    QFormer qformer = tessera.qformer(weights, QFormerOptions.BLIP2);
    FloatMatrix x = weights.matrix("x");
    return new Layer() {
      @Override
      public FloatMatrix run() {
        return qformer.apply(x);
      }

      @Override
      public KernelReport report() {
        return qformer.report().values().iterator().next();
      }

      @Override
      public void close() {
        tessera.close();
      }
    };
  }

  private static String time(Layer layer, long millis) {
    long calls = 0;
    long start = System.nanoTime();
    long nanos;
    do {
      layer.run();
      calls++;
      nanos = System.nanoTime() - start;
    } while (nanos < millis * NANOS_PER_MILLI);
    return PeerRun.json("nanos", (double) nanos / calls, "calls", calls);
  }

  private static String allocation(Layer layer, int calls) {
    long before = MemoryUse.allocatedBytes();
    for (int i = 0; i < calls; i++) {
      layer.run();
    }
    return PeerRun.json("bytes", (double) (MemoryUse.allocatedBytes() - before) / calls);
  }

  private String write(Layer layer, String output) throws IOException {
    FloatMatrix result = layer.run();
    try (NpyWriter writer =
        NpyWriter.matrix(folder.resolve(output), ElementType.F32, result.columns())) {
      writer.append(result);
      writer.commit();
    }
    KernelReport.Served served = layer.report().backends().getFirst();
    return PeerRun.json("backend", served.backend(), "detail", served.detail());
  }

  @Override
  public void close() {
    cases.values().forEach(Layer::close);
  }
}
