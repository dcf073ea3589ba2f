package dev.tessera.benchmarks.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What to measure, what matters most first, so that a run that is interrupted holds it.
///
/// @param depth how much
/// @param subjects who can run and was asked for
/// @param best the backend of Tessera that series are made of
/// @param mostThreads the longest series of threads ends there
/// @param texts names of texts
record Plan(Depth depth, Set<String> subjects, String best, int mostThreads, List<String> texts) {
  private static final String USUAL_DATA = "MIXTURE";
  private static final long[][] FURTHER_SHAPES = {
    {65536, 32768, 4},
    {16384, 16384, 256},
    {65536, 1024, 256},
    {65536, 512, 300},
    {32768, 4096, 768},
    {65536, 1024, 128},
    {1024, 32768, 4},
    {256, 16384, 256}
  };
  private static final List<String> FURTHER_DATA = List.of("PICTURE", "GAUSSIAN", "OUTLIER");
  private static final long[] NEAREST_SHAPE = {65536, 8192, 32};
  private static final long[] GRAPH_SHAPE = {169_343, 1_150_000, 128};
  private static final long[][] FURTHER_GRAPHS = {{1_632_803, 15_000_000, 64}};
  private static final long TEXT_BYTES = 400_000;

  /// All cases of some paths.
  List<BenchCase> cases(Set<HotPath> paths) {
    Set<BenchCase> cases = new LinkedHashSet<>();
    for (HotPath path : paths) {
      addCompared(cases, first(path));
      addThreads(cases, path);
    }
    if (depth == Depth.FULL) {
      for (HotPath path : paths) {
        further(path).forEach(each -> addCompared(cases, each));
        addSizes(cases, path);
      }
    }
    return withoutRepetitions(cases);
  }

  /// The numbers of threads of the cases.
  static SortedSet<Integer> threads(List<BenchCase> cases) {
    SortedSet<Integer> threads = new TreeSet<>();
    cases.forEach(each -> threads.add(each.threads()));
    return threads;
  }

  private BenchCase first(HotPath path) {
    return switch (path) {
      case NEAREST -> compared(path, USUAL_DATA, NEAREST_SHAPE);
      case TEXT -> compared(path, texts.getFirst(), TEXT_BYTES);
      case HOPS -> compared(path, "RMAT", GRAPH_SHAPE);
    };
  }

  private BenchCase compared(HotPath path, String data, long... sizes) {
    return new BenchCase(path, best, data, BenchCase.sizes(path, sizes), 1, true);
  }

  private void addCompared(Set<BenchCase> cases, BenchCase of) {
    of.path().subjects().stream().filter(subjects::contains).map(of::by).forEach(cases::add);
  }

  /// 1, 2, 4, ... and all; with a quick run 1 and all.
  private void addThreads(Set<BenchCase> cases, HotPath path) {
    if (!subjects.contains(best)) {
      return;
    }
    BenchCase one = first(path);
    if (path == HotPath.TEXT) { // a single text is one thread's
      BenchCase batch = compared(path, texts.getFirst() + HotPath.IN_DOCUMENTS, TEXT_BYTES);
      one = batch.on(1);
      cases.add(one);
    }
    for (int threads = 2; threads < mostThreads && depth == Depth.FULL; threads *= 2) {
      cases.add(one.on(threads));
    }
    if (mostThreads > 1) {
      cases.add(one.on(mostThreads));
    }
  }

  private List<BenchCase> further(HotPath path) {
    List<BenchCase> further = new ArrayList<>();
    switch (path) {
      case NEAREST -> {
        for (long[] shape : FURTHER_SHAPES) {
          further.add(compared(path, USUAL_DATA, shape));
        }
        FURTHER_DATA.forEach(data -> further.add(compared(path, data, NEAREST_SHAPE)));
      }
      case TEXT ->
          texts.stream().skip(1).forEach(text -> further.add(compared(path, text, TEXT_BYTES)));
      case HOPS -> {
        further.add(compared(path, "COMMUNITIES", GRAPH_SHAPE));
        for (long[] shape : FURTHER_GRAPHS) {
          further.add(compared(path, "RMAT", shape));
        }
      }
    }
    return further;
  }

  /// Series with one size changing, a decade a point, by the best backend and the first peer.
  private void addSizes(Set<BenchCase> cases, HotPath path) {
    BenchCase first = first(path);
    List<String> who = new ArrayList<>();
    if (subjects.contains(best)) {
      who.add(best);
    }
    path.subjects().stream()
        .filter(subjects::contains)
        .filter(name -> !Peers.isBackend(name))
        .findFirst()
        .ifPresent(who::add);
    for (String axis : first.sizes().keySet()) {
      for (long size : decades(path, axis, first.size(axis))) {
        who.forEach(subject -> cases.add(first.along(axis, size).by(subject)));
      }
    }
  }

  /// Up to a decade above the usual size where time and memory allow it, and down to what is still
  /// a shape: a graph of a thousandth of the pairs has hardly an edge a node.
  private static List<Long> decades(HotPath path, String axis, long usual) {
    boolean graph = path == HotPath.HOPS;
    boolean grows = path == HotPath.NEAREST || axis.equals("pairs");
    int points = axis.equals("nodes") ? 1 : axis.equals("pairs") ? 4 : Integer.MAX_VALUE;
    long least = graph ? 1 : 3;
    List<Long> sizes = new ArrayList<>();
    for (long size = grows ? 10 * usual : usual;
        size >= least && sizes.size() < points;
        size /= 10) {
      sizes.addFirst(size);
    }
    return sizes;
  }

  /// A point of a series that is compared anyway is measured once.
  private static List<BenchCase> withoutRepetitions(Set<BenchCase> cases) {
    List<BenchCase> kept = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (BenchCase each : cases) {
      if (seen.add(each.toString())) {
        kept.add(each);
      }
    }
    return kept;
  }
}
