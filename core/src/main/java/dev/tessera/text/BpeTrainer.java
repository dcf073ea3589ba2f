package dev.tessera.text;

import dev.tessera.internal.bpe.training.MergeLearner;
import dev.tessera.internal.bpe.training.PairFilter;
import dev.tessera.internal.bpe.training.PairOrder;
import dev.tessera.internal.bpe.training.WordCounts;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.kernel.WorkerPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/// Learns a byte-level encoding: starts from the 256 bytes and, again and again, makes a token of
/// the two neighbouring tokens that occur together most often within words (Sennrich et al. 2016;
/// on bytes as GPT-2 has it).
///
/// The merges are those of Hugging Face's `BpeTrainer` (tokenizers 0.23) with a `ByteLevel`
/// pre-tokenizer and its 256 characters as the initial alphabet, on the same documents:
///
/// * Ids: the special tokens, then the bytes in the order of the characters that stand for them
///   (`!` to `~`, then 0xA1 to 0xAC, 0xAE to 0xFF, then the others ascending), then the merged
///   tokens in the order in which they are made.
/// * The most frequent pair is merged; of equally frequent ones that of the smaller left id, of
///   those that of the smaller right id. All places where the two are neighbours count, overlapping
///   ones too: `aaa` has two `aa`.
/// * Special tokens are not looked for in the text. Where merging leads to the very characters of
///   one, that token's id is used, and the vocabulary does not grow.
/// * Learning ends when the vocabulary is full, or no pair occurs as often as it must.
///
/// Counts have 64 bits (Hugging Face's have 32). The result depends on the words and their counts
/// alone: neither the number of threads, nor the backend, nor the order of the documents changes
/// it.
///
/// Memory: some 64 bytes for each distinct word and its bytes; then, for each byte of the distinct
/// words, 8 bytes and at most 12 for places, and some 60 for each pair of tokens that occurs as
/// often as it must. The text itself streams through. Time is linear in the text and, after that,
/// in the bytes of the distinct words, with a logarithm for the queue, whatever the words look
/// like.
public final class BpeTrainer {
  /// Hears of progress, on the calling thread.
  public interface Listener {
    /// Text has been read.
    ///
    /// @param bytes how much in all
    default void bytesRead(long bytes) {}

    /// Tokens have been learned.
    ///
    /// @param tokens how many the vocabulary has now
    /// @param vocabularySize how many are asked for
    default void tokensLearned(int tokens, int vocabularySize) {}
  }

  /// Merges between two words to the listener.
  private static final int HEARD_MERGES = 256;

  private BpeTrainer() {}

  /// Learns an encoding from a corpus, on the threads of `backends`.
  ///
  /// @throws IOException if the corpus cannot be read
  /// @throws CancellationException if the thread was interrupted; it stays interrupted
  /// @throws IllegalArgumentException if the distinct words are too many for one training: more
  ///   than 2^31 bytes
  public static LearnedBpe train(
      Backends backends, Corpus corpus, BpeTrainerOptions options, Listener listener)
      throws IOException {
    return train(
        splitter(backends, options.pattern()), backends.threads(), corpus, options, listener);
  }

  static SplitKernel splitter(Backends backends, SplitPattern pattern) {
    List<SplitKernel> splitters = new ArrayList<>();
    List<String> declined = new ArrayList<>();
    for (Backend backend : backends.serving()) {
      switch (backend.split(pattern)) {
        case Offer.Accepted<SplitKernel>(SplitKernel kernel) -> splitters.add(kernel);
        case Offer.Declined<SplitKernel>(String reason) -> declined.add(reason);
      }
    }
    if (splitters.isEmpty()) {
      throw new KernelException(
          "no backend that serves splits text: " + String.join("; ", declined));
    }
    return splitters.size() == 1
        ? splitters.getFirst()
        : new SplitChoice(splitters.getLast(), splitters.getFirst());
  }

  static LearnedBpe train(
      SplitKernel split, int threads, Corpus corpus, BpeTrainerOptions options, Listener listener)
      throws IOException {
    try (WorkerPool pool = new WorkerPool("tessera-bpe", threads)) {
      WordCounts words = WordCounting.count(corpus, () -> new PieceCutter(split), pool, listener);
      GrowingVocabulary vocabulary = new GrowingVocabulary(options.specialTokens());
      MergeLearner learner =
          MergeLearner.ofBytes(
              words,
              vocabulary.byteIds(),
              vocabulary.size(),
              Math.max(1, options.minimumFrequency()),
              filter(options.tokenLimitBytes(), vocabulary),
              PairOrder.SMALLER_SYMBOLS,
              pool);
      grow(vocabulary, learner, options.vocabularySize(), listener);
      return vocabulary.learned(options.pattern());
    }
  }

  private static PairFilter filter(int limitBytes, GrowingVocabulary vocabulary) {
    return limitBytes == 0
        ? PairFilter.ALL
        : (left, right) -> {
          int bytes = vocabulary.bytes(left) + vocabulary.bytes(right);
          return bytes == 2 || bytes < limitBytes;
        };
  }

  private static void grow(
      GrowingVocabulary vocabulary, MergeLearner learner, int size, Listener listener) {
    for (int merge = 1; vocabulary.size() < size && learner.next(); merge++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted");
      }
      learner.join(vocabulary.merge(learner.left(), learner.right(), learner.weight()));
      if (merge % HEARD_MERGES == 0) {
        listener.tokensLearned(vocabulary.size(), size);
      }
    }
    listener.tokensLearned(vocabulary.size(), size);
  }
}
