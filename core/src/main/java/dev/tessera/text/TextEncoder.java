package dev.tessera.text;

import dev.tessera.kernel.Backends;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// Turns whole texts into ids: window after window, special tokens taken out, long windows shared
/// out over the threads. The ids go to the worker's sink. Thread-safe.
final class TextEncoder {
  private final SpecialTokenSearch specials;
  private final ParallelText parallel;
  private final boolean cuts;

  /// As many bytes of a text are read at a time, so that each thread has some.
  private final int windowBytes;

  TextEncoder(
      Backends backends, TextModel model, SpecialTokenSearch specials, TextWorkers workers) {
    this.specials = specials;
    cuts = model.pipeline() == null && model.pattern() != null && !specials.crossesCuts();
    parallel = new ParallelText(this, workers, backends);
    windowBytes =
        (int) Math.min((long) TextWindows.WINDOW_BYTES * backends.threads(), Integer.MAX_VALUE);
  }

  /// The ids of a string.
  ///
  /// @param onlyCount whether ids are not wanted, but their number
  IdSink encode(TextWorker worker, String text, SpecialTokens specialTokens, boolean onlyCount) {
    TextSource source = new TextSource.OfString(text, worker.utf8);
    worker.sink.begin(onlyCount);
    encode(worker, source, specialTokens, windowBytes, () -> true);
    return worker.sink;
  }

  /// All ids of a sink.
  ///
  /// @throws IllegalStateException if an array cannot hold them
  int[] toArray(IdSink sink) {
    return parallel.toArray(sink);
  }

  /// The ids of UTF-8 in memory of any size.
  ///
  /// @param onlyCount whether ids are not wanted, but their number
  IdSink encode(
      TextWorker worker, MemorySegment utf8, SpecialTokens specialTokens, boolean onlyCount) {
    TextSource source = new TextSource.OfSegment(utf8);
    worker.sink.begin(onlyCount);
    encode(worker, source, specialTokens, windowBytes, () -> true);
    return worker.sink;
  }

  /// Hands the ids of UTF-8 in memory of any size to `blocks`, those of each window before the next
  /// is read.
  ///
  /// @return how many there are
  long encode(
      TextWorker worker,
      MemorySegment utf8,
      SpecialTokens specialTokens,
      Consumer<TokenIds> blocks) {
    IdSink sink = worker.sink;
    long[] handedOver = new long[1];
    sink.begin(false);
    encode(
        worker,
        new TextSource.OfSegment(utf8),
        specialTokens,
        windowBytes,
        () -> {
          sink.handTo(blocks);
          handedOver[0] += sink.total();
          sink.begin(false);
          return true;
        });
    return handedOver[0];
  }

  /// The ids of `utf8[from .. to)`.
  ///
  /// @param onlyCount whether ids are not wanted, but their number
  IdSink encode(
      TextWorker worker,
      byte[] utf8,
      int from,
      int to,
      SpecialTokens specialTokens,
      boolean onlyCount) {
    worker.sink.begin(onlyCount);
    encodeWindow(worker, utf8, from, to, specialTokens, place -> place - from);
    return worker.sink;
  }

  /// The ids of the beginning of a string, `mostTokens` and some more, or of all of it.
  IdSink encodeFirst(TextWorker worker, String text, SpecialTokens specialTokens, int mostTokens) {
    TextSource source = new TextSource.OfString(text, worker.utf8);
    int fewBytes = (int) Math.min(TextWindows.WINDOW_BYTES, 8L * mostTokens);
    IdSink sink = worker.sink;
    sink.begin(false);
    encode(worker, source, specialTokens, fewBytes, () -> sink.total() <= mostTokens);
    return sink;
  }

  /// The ids of many strings, shared out over the threads.
  TokenBatch encodeAll(List<String> texts, SpecialTokens specialTokens) {
    return parallel.encodeAll(
        texts,
        String::length,
        (worker, text) -> encode(worker, text, specialTokens, false),
        specialTokens);
  }

  /// The ids of many texts in UTF-8, shared out over the threads.
  TokenBatch encodeAllUtf8(List<byte[]> texts, SpecialTokens specialTokens) {
    return parallel.encodeAll(
        texts,
        utf8 -> utf8.length,
        (worker, utf8) -> encode(worker, utf8, 0, utf8.length, specialTokens, false),
        specialTokens);
  }

  /// Appends the ids of `source`, window after window, as long as `goesOn` says so after each.
  private void encode(
      TextWorker worker,
      TextSource source,
      SpecialTokens specialTokens,
      int bytesAtATime,
      BooleanSupplier goesOn) {
    boolean isString = source instanceof TextSource.OfString;
    long[] charsBefore = new long[1];
    worker.windows.read(
        source,
        bytesAtATime,
        cuts,
        (bytes, to, before) -> {
          encodeWindow(
              worker,
              bytes,
              0,
              to,
              specialTokens,
              place -> isString ? charsBefore[0] + Utf8.chars(bytes, 0, place) : before + place);
          if (isString && !specialTokens.ignored()) {
            charsBefore[0] += Utf8.chars(bytes, 0, to);
          }
          return goesOn.getAsBoolean();
        });
  }

  private void encodeWindow(
      TextWorker worker,
      byte[] text,
      int from,
      int to,
      SpecialTokens specialTokens,
      ToLongFunction<Integer> placeInText) {
    if (cuts && parallel.pays(to - from)) {
      parallel.encode(worker, text, from, to, specialTokens, placeInText);
    } else {
      encodePart(worker, text, from, to, specialTokens, placeInText);
    }
  }

  /// Appends the ids of `text[from .. to)`, on this thread alone.
  void encodePart(
      TextWorker worker,
      byte[] text,
      int from,
      int to,
      SpecialTokens specialTokens,
      ToLongFunction<Integer> placeInText) {
    if (worker.pipeline != null) {
      try {
        worker.pipeline.encode(text, from, to, specialTokens, worker.sink, null);
      } catch (AddedTokens.SpecialTokenException e) {
        throw refused(e.token(), placeInText.applyAsLong(e.at()));
      }
      return;
    }
    if (specials.isEmpty() || specialTokens.ignored()) {
      worker.encoder.encode(text, from, to, worker.sink);
      return;
    }
    int at = from;
    int searched = from;
    while (true) {
      int found = specials.find(text, searched, to);
      if (found < 0) {
        worker.encoder.encode(text, at, to, worker.sink);
        return;
      }
      SpecialTokenSearch.Special special = specials.at(text, found, to);
      if (special == null) {
        throw new IllegalStateException("the text changed while it was encoded");
      }
      if (specialTokens.refuses(special.token())) {
        throw refused(special.token(), placeInText.applyAsLong(found));
      }
      if (specialTokens.allows(special.token())) {
        worker.encoder.encode(text, at, found, worker.sink);
        worker.sink.add(special.id());
        at = found + special.bytes().length;
        searched = at;
      } else {
        searched = found + 1;
      }
    }
  }

  /// What is thrown where a refused special token stands at `place` of a text.
  static IllegalArgumentException refused(String token, long place) {
    return new IllegalArgumentException(
        "the special token %s stands in the text at %d; allow it, or take it as text"
            .formatted(token, place));
  }
}
