package dev.tessera.text;

import dev.tessera.internal.bpe.training.WordCounts;
import dev.tessera.kernel.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/// Counts the distinct words of a corpus on all threads. Each thread reads a batch, cuts it and
/// counts in a table of its own, which it adds to the common one when it has grown large; so memory
/// grows with the distinct words, not with the text.
final class WordCounting {
  /// Cuts the documents of a batch into words and counts them.
  interface Cutter {
    void count(CorpusBatch batch, WordCounts counts);
  }

  /// Distinct words at which a thread adds its table to the common one: some 20 MB of table.
  private static final int FLUSHED_WORDS = 1 << 18;

  private final CorpusReader reader;
  private final WordCounts counts = new WordCounts();
  private long bytes;

  private WordCounting(CorpusReader reader) {
    this.reader = reader;
  }

  /// Reads all of `corpus`.
  ///
  /// @param newCutter makes a cutter for one thread
  /// @throws CancellationException if the calling thread was interrupted; it stays interrupted
  static WordCounts count(
      Corpus corpus, Supplier<Cutter> newCutter, WorkerPool pool, BpeTrainer.Listener listener)
      throws IOException {
    try (CorpusReader reader = corpus.open()) {
      WordCounting counting = new WordCounting(reader);
      Thread caller = Thread.currentThread();
      pool.run(
          chunks -> {
            CorpusBatch batch = new CorpusBatch();
            WordCounts own = new WordCounts();
            Cutter cutter = newCutter.get();
            while (chunks.next() >= 0 && counting.read(batch)) {
              batch.findDocuments();
              cutter.count(batch, own);
              if (own.words() > FLUSHED_WORDS) {
                counting.flush(own);
              }
              long read = counting.done(batch);
              if (Thread.currentThread() == caller) {
                listener.bytesRead(read);
              }
            }
            counting.flush(own);
          },
          Long.MAX_VALUE);
      listener.bytesRead(counting.done(new CorpusBatch()));
      return counting.counts;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private synchronized boolean read(CorpusBatch batch) {
    try {
      return reader.read(batch);
    } catch (ClosedByInterruptException e) {
      CancellationException cancelled = new CancellationException("interrupted");
      cancelled.initCause(e);
      throw cancelled;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized long done(CorpusBatch batch) {
    bytes += batch.length();
    return bytes;
  }

  private void flush(WordCounts own) {
    synchronized (counts) {
      counts.addAll(own);
    }
    own.clear();
  }
}
