package dev.tessera.text;

import dev.tessera.kernel.Backends;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The workers of one tokenizer: a call borrows one and gives it back for the next, with the cache
/// that it has filled. Thread-safe.
final class TextWorkers implements AutoCloseable {
  private final Backends backends;
  private final TextEngine engine;
  private final @Nullable TextPipeline pipeline;
  private final SpecialTokenSearch specials;
  private final ArrayDeque<TextWorker> idle = new ArrayDeque<>();
  private volatile boolean closed;

  TextWorkers(
      Backends backends,
      TextEngine engine,
      @Nullable TextPipeline pipeline,
      SpecialTokenSearch specials) {
    this.backends = backends;
    this.engine = engine;
    this.pipeline = pipeline;
    this.specials = specials;
  }

  /// A worker for one call.
  ///
  /// @throws IllegalArgumentException if `specialTokens` names one that the vocabulary does not
  ///   have
  /// @throws IllegalStateException if the tokenizer is closed
  TextWorker borrow(SpecialTokens specialTokens) {
    for (String name : specialTokens.named()) {
      if (specials.specials().stream().noneMatch(special -> special.token().equals(name))) {
        throw new IllegalArgumentException(
            "the vocabulary has no special token %s; it has %s"
                .formatted(
                    name,
                    specials.specials().stream().map(SpecialTokenSearch.Special::token).toList()));
      }
    }
    if (closed || backends.isClosed()) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    synchronized (idle) {
      if (!idle.isEmpty()) {
        TextWorker worker = ofThisThread();
        idle.remove(worker);
        return worker;
      }
    }
    return new TextWorker(engine.newEncoder(), pipeline);
  }

  /// The idle worker that this thread gave back last, as its processor's caches hold the worker's;
  /// any other if there is none.
  private TextWorker ofThisThread() {
    long thread = Thread.currentThread().threadId();
    for (TextWorker worker : idle) {
      if (worker.thread == thread) {
        return worker;
      }
    }
    return idle.peek();
  }

  void giveBack(TextWorker worker) {
    worker.sink.release();
    worker.thread = Thread.currentThread().threadId();
    synchronized (idle) {
      idle.push(worker);
    }
  }

  /// Frees the caches; who has borrowed a worker finishes.
  @Override
  public void close() {
    closed = true;
    synchronized (idle) {
      idle.clear();
    }
  }
}
