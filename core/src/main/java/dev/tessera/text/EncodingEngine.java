package dev.tessera.text;

import dev.tessera.internal.bpe.PieceEncoder;
import dev.tessera.internal.bpe.PreparedTables;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What cuts text and what merges it, chosen from the backends that serve.
///
/// Under `auto` and with `simd`, pieces go straight through the cache and the merge loops of
/// [PieceEncoder]. A backend that was asked for by name and is neither merges every piece by its
/// own [MergeKernel]; the pieces are then cut by it too, or, where it does not, by plain loops.
final class EncodingEngine implements TextEngine {
  private static final String SCALAR = "scalar";

  private final PreparedTables prepared;
  private final SplitKernel splitter;
  private final String splitting;
  private final PieceEncoder.@Nullable Seed seed;
  private final PieceLookups lookups;
  private final @Nullable MergeKernel kernel;
  private final String merging;
  private final @Nullable Backend own;
  private final long prepareNanos;

  EncodingEngine(Backends backends, TextModel model, TextOptions options) {
    long start = System.nanoTime();
    prepared = new PreparedTables(model.tables());
    boolean direct = TextEngine.usesCache(backends);
    lookups = new PieceLookups(backends);
    List<SplitKernel> splitters = new ArrayList<>();
    List<String> names = new ArrayList<>();
    SplitPattern pattern = model.pattern();
    Backend scalar = null;
    if (pattern == null) {
      if (model.splitter() == null) {
        throw new IllegalArgumentException("the vocabulary has no way to cut text into pieces");
      }
      splitters.add(model.splitter());
      names.add("the vocabulary's own pattern");
    } else {
      collect(backends.serving(), pattern, splitters, names);
      if (splitters.isEmpty()) {
        scalar = openScalar();
        collect(List.of(scalar), pattern, splitters, names);
      }
    }
    own = scalar;
    boolean choice = direct && splitters.size() > 1;
    splitter =
        choice ? new SplitChoice(splitters.getLast(), splitters.getFirst()) : splitters.getFirst();
    splitting = choice ? names.getFirst() + ", " + names.getLast() + " at first" : names.getFirst();
    if (direct) {
      seed = new PieceEncoder.Seed(prepared, options.cacheBytes());
      kernel = null;
      merging = lookups.describe();
    } else {
      seed = null;
      Backend backend = backends.serving().getFirst();
      kernel = TextEngine.mergeKernel(backend, model.tables().merges());
      merging = backend.name() + " merge kernel, every distinct piece";
    }
    prepareNanos = System.nanoTime() - start;
  }

  private static void collect(
      List<Backend> backends,
      SplitPattern pattern,
      List<SplitKernel> splitters,
      List<String> names) {
    for (Backend backend : backends) {
      if (backend.split(pattern) instanceof Offer.Accepted<SplitKernel>(SplitKernel accepted)) {
        splitters.add(accepted);
        names.add(backend.name());
      }
    }
  }

  private static Backend openScalar() {
    for (KernelProvider provider : Backends.discover()) {
      if (provider.name().equals(SCALAR)) {
        return provider.open(new BackendOptions(1));
      }
    }
    throw new KernelException("no backend is linked that cuts text; add dev.tessera:tessera-core");
  }

  @Override
  public SegmentEncoder newEncoder() {
    if (seed != null) {
      return new ByteLevelEncoder(
          splitter, new PieceEncoder(seed, lookups.newProbe(), lookups.trial));
    }
    if (kernel != null) {
      return new MergingEncoder(splitter, kernel, prepared);
    }
    throw new IllegalStateException("neither an engine nor a kernel");
  }

  @Override
  public TokenizerReport report(long decoderBytes) {
    return new TokenizerReport(
        splitting,
        kernel == null ? merging : merging + ": " + kernel.describe(),
        prepared.bytes() + decoderBytes + (seed == null ? 0 : seed.bytes()),
        seed == null ? 0 : seed.bytes(),
        prepareNanos);
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
    }
    if (own != null) {
      own.close();
    }
  }
}
