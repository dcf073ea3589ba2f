package dev.tessera.text;

import dev.tessera.kernel.Backends;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns text into the token ids of a byte-pair encoding and back, exactly as the reference
/// implementation does, and the same on every backend. Thread-safe.
///
/// Text is given as a string, or as UTF-8. A surrogate without its other half is encoded as U+FFFD.
/// Bytes that are not valid UTF-8 stay what they are: each is a character of its own that is
/// neither letter, number nor white space, and decoding gives it back.
///
/// Special tokens in the text are refused unless [SpecialTokens] says otherwise.
///
/// Texts of 256 KB and more are shared out over the threads that the `Tessera` was opened with, cut
/// where the ids do not depend on it. Each thread that encodes keeps a cache of pieces
/// ([TextOptions#cacheBytes()]); nothing else is kept of the texts. Closing the `Tessera` that made
/// the tokenizer ends it, too.
public final class BpeTokenizer implements AutoCloseable {
  private final TextEngine engine;
  private final TextWorkers workers;
  private final TextEncoder encoder;
  private final TokenBytes tokens;
  private final @Nullable TokenDecoder decoder;

  /// A tokenizer over some backends.
  ///
  /// @throws dev.tessera.kernel.KernelException if the backend that was asked for does not merge
  ///   text
  public static BpeTokenizer of(Backends backends, BpeVocabulary vocabulary, TextOptions options) {
    return new BpeTokenizer(backends, vocabulary.model(), options);
  }

  BpeTokenizer(Backends backends, TextModel model, TextOptions options) {
    SpecialTokenSearch specials = new SpecialTokenSearch(model.specialTokens());
    TextPipeline pipeline = model.pipeline();
    engine = TextEngine.open(backends, model, options);
    decoder = pipeline == null ? null : pipeline.decoder();
    tokens =
        pipeline == null
            ? new TokenBytes(model.tables(), specials)
            : new TokenBytes(pipeline.decodeTables(), new SpecialTokenSearch(Map.of()));
    workers = new TextWorkers(backends, engine, pipeline, specials);
    encoder = new TextEncoder(backends, model, specials, workers);
  }

  /// The ids of a text in which no special token stands.
  ///
  /// @throws IllegalArgumentException if one does; names it and its place
  public int[] encode(String text) {
    return encode(text, SpecialTokens.REFUSED);
  }

  /// The ids of a text, special tokens as text.
  public int[] encodeOrdinary(String text) {
    return encode(text, SpecialTokens.AS_TEXT);
  }

  /// The ids of a text.
  ///
  /// @throws IllegalArgumentException if a special token that is refused stands in the text; names
  ///   it and its place
  public int[] encode(String text, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.toArray(encoder.encode(worker, text, specialTokens, false));
    } finally {
      workers.giveBack(worker);
    }
  }

  /// The ids of UTF-8.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]
  public int[] encode(byte[] utf8, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.toArray(encoder.encode(worker, utf8, 0, utf8.length, specialTokens, false));
    } finally {
      workers.giveBack(worker);
    }
  }

  /// The ids of UTF-8 in memory of any size, such as a mapped file: `[n x 1]`, in native memory
  /// that is freed when it is no longer reachable.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]; also if the text is
  ///   longer than 2^31 bytes and cannot be cut: by a pattern that is not one of
  ///   [dev.tessera.kernel.SplitPattern], or for want of a space or a line break
  public TokenIds encode(MemorySegment utf8, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.encode(worker, utf8, specialTokens, false).toTokenIds();
    } finally {
      workers.giveBack(worker);
    }
  }

  /// Hands the ids of UTF-8 in memory of any size, such as a mapped file, to `blocks` while the
  /// text is read: some ten thousand at a time, `[n x 1]`, in order, in memory that the tokenizer
  /// uses again behind the call. So memory does not grow with the text, unless it cannot be cut:
  /// where a vocabulary normalizes, cuts by a pattern of its own, or has special tokens with white
  /// space, the text is read as a whole.
  ///
  /// @param blocks called by this thread; what it throws ends the call
  /// @return how many ids there are
  /// @throws IllegalArgumentException as [#encode(MemorySegment, SpecialTokens)]; some of the ids
  ///   before the refused token may have been handed over
  public long encode(MemorySegment utf8, SpecialTokens specialTokens, Consumer<TokenIds> blocks) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.encode(worker, utf8, specialTokens, blocks);
    } finally {
      workers.giveBack(worker);
    }
  }

  /// Writes the ids of a text to the caller's array, from `offset` on.
  ///
  /// @return how many ids there are
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]; also if the ids do not
  ///   fit, in which case nothing is written
  public int encode(String text, SpecialTokens specialTokens, int[] target, int offset) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return copy(encoder.encode(worker, text, specialTokens, false), target, offset);
    } finally {
      workers.giveBack(worker);
    }
  }

  /// Writes the ids of `utf8[from .. to)` to the caller's array, from `offset` on.
  ///
  /// @return how many ids there are
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens, int[], int)]
  public int encode(
      byte[] utf8, int from, int to, SpecialTokens specialTokens, int[] target, int offset) {
    java.util.Objects.checkFromToIndex(from, to, utf8.length);
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return copy(encoder.encode(worker, utf8, from, to, specialTokens, false), target, offset);
    } finally {
      workers.giveBack(worker);
    }
  }

  private static int copy(IdSink sink, int[] target, int offset) {
    int room = target.length - offset;
    if (offset < 0 || sink.total() > room) {
      throw new IllegalArgumentException(
          "the text has %d tokens, the target has room for %d from %d on"
              .formatted(sink.total(), room, offset));
    }
    sink.copyTo(target, offset);
    return (int) sink.total();
  }

  /// How many ids a text has.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]
  public long count(String text, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.encode(worker, text, specialTokens, true).total();
    } finally {
      workers.giveBack(worker);
    }
  }

  /// How many ids UTF-8 has.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]
  public long count(byte[] utf8, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.encode(worker, utf8, 0, utf8.length, specialTokens, true).total();
    } finally {
      workers.giveBack(worker);
    }
  }

  /// How many ids UTF-8 in memory of any size has.
  ///
  /// @throws IllegalArgumentException as [#encode(MemorySegment, SpecialTokens)]
  public long count(MemorySegment utf8, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return encoder.encode(worker, utf8, specialTokens, true).total();
    } finally {
      workers.giveBack(worker);
    }
  }

  /// The first ids of a text, at most `mostTokens`: as many as end where a character ends. No more
  /// of the text is read than that needs.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]; also if `mostTokens` is
  ///   negative
  public TextPrefix encodePrefix(String text, SpecialTokens specialTokens, int mostTokens) {
    if (mostTokens < 0) {
      throw new IllegalArgumentException("a text has at least 0 tokens, not " + mostTokens);
    }
    TextWorker worker = workers.borrow(specialTokens);
    try {
      if (worker.pipeline != null) {
        return worker.pipeline.prefix(Utf8.bytes(text), specialTokens, mostTokens, worker.sink);
      }
      return TextParts.prefix(
          encoder.encodeFirst(worker, text, specialTokens, mostTokens), tokens, mostTokens);
    } finally {
      workers.giveBack(worker);
    }
  }

  /// The ids of a text, each with the part of the text that it stands for.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]
  public EncodedText encodeWithOffsets(String text, SpecialTokens specialTokens) {
    return encodeWithOffsets(Utf8.bytes(text), specialTokens);
  }

  /// The ids of UTF-8, each with the part of the text that it stands for.
  ///
  /// @throws IllegalArgumentException as [#encode(String, SpecialTokens)]
  public EncodedText encodeWithOffsets(byte[] utf8, SpecialTokens specialTokens) {
    TextWorker worker = workers.borrow(specialTokens);
    try {
      return worker.pipeline == null
          ? TextParts.withOffsets(
              encoder.encode(worker, utf8, 0, utf8.length, specialTokens, false).toArray(),
              utf8,
              tokens)
          : worker.pipeline.encodeWithOffsets(utf8, specialTokens, worker.sink);
    } catch (AddedTokens.SpecialTokenException e) {
      throw TextEncoder.refused(e.token(), e.at());
    } finally {
      workers.giveBack(worker);
    }
  }

  /// The ids of many texts, shared out over the threads.
  ///
  /// @throws IllegalArgumentException if a special token that is refused stands in a text; names
  ///   the text's number, the token and its place
  public TokenBatch encodeAll(List<String> texts, SpecialTokens specialTokens) {
    return encoder.encodeAll(texts, specialTokens);
  }

  /// The ids of many texts in UTF-8, shared out over the threads.
  ///
  /// @throws IllegalArgumentException as [#encodeAll]
  public TokenBatch encodeAllUtf8(List<byte[]> texts, SpecialTokens specialTokens) {
    return encoder.encodeAllUtf8(texts, specialTokens);
  }

  /// The bytes of `ids`.
  ///
  /// @throws IllegalArgumentException if an id is no token; names it and its place
  public byte[] decodeBytes(int... ids) {
    long length = tokens.length(ids, 0, ids.length);
    if (decoder != null) {
      return Utf8.bytes(decoder.decode(ids, 0, ids.length, true));
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the ids have %d bytes, an array holds at most %d"
              .formatted(length, Integer.MAX_VALUE - 8));
    }
    byte[] bytes = new byte[(int) length];
    tokens.copy(ids, 0, ids.length, bytes, 0);
    return bytes;
  }

  /// The text of `ids`; bytes that are not UTF-8 become U+FFFD.
  ///
  /// @throws IllegalArgumentException as [#decodeBytes]
  public String decode(int... ids) {
    return new String(decodeBytes(ids), StandardCharsets.UTF_8);
  }

  /// Writes the bytes of `ids[from .. to)` to the caller's array, from `offset` on.
  ///
  /// @return how many bytes there are
  /// @throws IllegalArgumentException as [#decodeBytes]; also if the bytes do not fit, in which
  ///   case nothing is written
  public int decode(int[] ids, int from, int to, byte[] target, int offset) {
    java.util.Objects.checkFromToIndex(from, to, ids.length);
    if (decoder != null) {
      byte[] bytes = decodeBytes(Arrays.copyOfRange(ids, from, to));
      return copy(bytes, target, offset);
    }
    long length = tokens.length(ids, from, to);
    if (offset < 0 || length > target.length - offset) {
      throw new IllegalArgumentException(
          "the ids have %d bytes, the target has room for %d from %d on"
              .formatted(length, target.length - offset, offset));
    }
    tokens.copy(ids, from, to, target, offset);
    return (int) length;
  }

  private static int copy(byte[] bytes, byte[] target, int offset) {
    if (offset < 0 || bytes.length > target.length - offset) {
      throw new IllegalArgumentException(
          "the ids have %d bytes, the target has room for %d from %d on"
              .formatted(bytes.length, target.length - offset, offset));
    }
    System.arraycopy(bytes, 0, target, offset, bytes.length);
    return bytes.length;
  }

  /// A decoder for ids that come one after the other.
  public StreamingDecoder streamingDecoder() {
    return new StreamingDecoder(tokens, decoder);
  }

  /// What serves, and the memory it takes.
  public TokenizerReport report() {
    return engine.report(tokens.bytes());
  }

  /// Frees the caches. Calls in flight finish; closing twice does nothing.
  @Override
  public void close() {
    workers.close();
    engine.close();
  }

  @Override
  public String toString() {
    return "BpeTokenizer[" + tokens.ids() + " ids, " + Arrays.asList(report()) + "]";
  }
}
