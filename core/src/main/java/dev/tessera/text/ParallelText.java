package dev.tessera.text;

import dev.tessera.kernel.Backends;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/// Shares texts out over the threads of the backends.
final class ParallelText {
  /// Texts from here on are shared out, in bytes.
  private static final int LEAST_BYTES = 1 << 18;

  /// Ids from here on are copied by all threads.
  private static final int LEAST_IDS = 1 << 18;

  /// The most that a thread takes at a time, in bytes: its ids fit into one array of a sink, and
  /// fill it to a good part.
  private static final int PART_BYTES = 1 << 17;

  /// Parts for each thread of a text that is not long enough for more.
  private static final int PARTS_PER_THREAD = 8;

  private final TextEncoder encoder;
  private final TextWorkers workers;
  private final Backends backends;

  ParallelText(TextEncoder encoder, TextWorkers workers, Backends backends) {
    this.encoder = encoder;
    this.workers = workers;
    this.backends = backends;
  }

  boolean pays(int bytes) {
    return bytes >= LEAST_BYTES && backends.threads() > 1;
  }

  /// All ids of a sink.
  int[] toArray(IdSink sink) {
    return sink.total() >= LEAST_IDS && backends.threads() > 1
        ? sink.toArray(backends.pool())
        : sink.toArray();
  }

  /// Appends the ids of `text[from .. to)` to the worker's sink.
  void encode(
      TextWorker worker,
      byte[] text,
      int from,
      int to,
      SpecialTokens specialTokens,
      ToLongFunction<Integer> placeInText) {
    int partBytes = Math.min((to - from) / (PARTS_PER_THREAD * backends.threads()) + 1, PART_BYTES);
    int[] ends = new int[(to - from) / partBytes + 1];
    int parts = 0;
    for (int at = from; at < to; at = ends[parts++]) {
      ends[parts] = SafeCuts.first(text, at, at + partBytes, to);
    }
    IdSink.Detached[] ids = new IdSink.Detached[parts];
    share(
        parts,
        specialTokens,
        (helper, part) -> {
          helper.sink.begin(worker.sink.counts());
          encoder.encodePart(
              helper,
              text,
              part == 0 ? from : ends[part - 1],
              ends[part],
              specialTokens,
              placeInText);
          ids[part] = helper.sink.detach(ids.length);
        },
        () -> encoder.encodePart(worker, text, from, to, specialTokens, placeInText));
    for (IdSink.Detached part : ids) {
      worker.sink.take(part);
    }
  }

  /// Work on one part.
  private interface PartWork {
    void run(TextWorker helper, int part);
  }

  /// Does all parts. Where one is refused, `inOrder` says so of the first one that is.
  private void share(int parts, SpecialTokens specialTokens, PartWork work, Runnable inOrder) {
    try {
      backends
          .pool()
          .run(
              chunks -> {
                TextWorker helper = workers.borrow(specialTokens);
                try {
                  for (long part = chunks.next(); part >= 0; part = chunks.next()) {
                    work.run(helper, (int) part);
                  }
                } finally {
                  workers.giveBack(helper);
                }
              },
              parts);
    } catch (IllegalArgumentException e) {
      inOrder.run();
      throw e;
    }
  }

  /// The ids of many texts.
  <T> TokenBatch encodeAll(
      List<T> texts,
      ToIntFunction<T> length,
      BiFunction<TextWorker, T, IdSink> encode,
      SpecialTokens specialTokens) {
    List<T> all = List.copyOf(texts);
    int[] groupEnds = groups(all, length);
    int[][] ids = new int[groupEnds.length][];
    long[] offsets = new long[all.size() + 1];
    share(
        groupEnds.length,
        specialTokens,
        (helper, group) -> {
          int begin = group == 0 ? 0 : groupEnds[group - 1];
          int[] groupIds = new int[16];
          int used = 0;
          for (int i = begin; i < groupEnds[group]; i++) {
            IdSink sink = encode.apply(helper, all.get(i));
            int needed = Math.toIntExact(used + sink.total());
            if (needed > groupIds.length) {
              groupIds =
                  Arrays.copyOf(groupIds, Math.max(needed, (int) Math.min(2L * needed, 1 << 30)));
            }
            sink.copyTo(groupIds, used);
            used = needed;
            offsets[i + 1] = sink.total();
          }
          ids[group] = Arrays.copyOf(groupIds, used);
        },
        () -> firstRefused(all, encode, specialTokens));
    for (int i = 0; i < all.size(); i++) {
      offsets[i + 1] += offsets[i];
    }
    TokenIds flat = TokenIds.allocate(offsets[all.size()]);
    long at = 0;
    for (int[] group : ids) {
      IdSink.copy(group, group.length, flat, at);
      at += group.length;
    }
    return new TokenBatch(flat, offsets);
  }

  private <T> void firstRefused(
      List<T> all, BiFunction<TextWorker, T, IdSink> encode, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      for (int i = 0; i < all.size(); i++) {
        try {
          var _ = encode.apply(worker, all.get(i));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("text " + i + ": " + e.getMessage(), e);
        }
      }
    } finally {
      workers.giveBack(worker);
    }
  }

  /// Where groups of texts end that are worth a thread's turn.
  private static <T> int[] groups(List<T> texts, ToIntFunction<T> length) {
    int[] ends = new int[texts.size()];
    int groups = 0;
    long size = 0;
    for (int i = 0; i < texts.size(); i++) {
      size += length.applyAsInt(texts.get(i)) + 1;
      if (size >= PART_BYTES || i + 1 == texts.size()) {
        ends[groups++] = i + 1;
        size = 0;
      }
    }
    return Arrays.copyOf(ends, groups);
  }
}
