package dev.tessera.text;

import dev.tessera.internal.bpe.training.MergeLearner;
import dev.tessera.internal.bpe.training.WordCounts;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.WorkerPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/// Learns a SentencePiece-style vocabulary with byte fallback, as Llama 2 has one: starts from the
/// characters of the text, spaces written as U+2581, and, again and again, makes a piece of the two
/// neighbouring pieces that occur together most often within words, which begin at spaces.
///
/// It follows `spm_train --model_type=bpe --byte_fallback` (SentencePiece 0.2.2) with
/// `--normalization_rule_name=identity`:
///
/// * The most frequent characters that make up the asked share of the text are pieces; the others
///   stand for a boundary that no piece crosses, and fall back to bytes when text is encoded.
/// * The most frequent pair is joined; of equally frequent ones that of the fewest characters, of
///   those the first by its characters. Neighbours that would not be a valid piece are never
///   joined: see [SentencePieceTrainerOptions].
/// * Ids: `<unk>`, `<s>`, `</s>`, the bytes `<0x00>` to `<0xFF>`, the joined pieces in the order in
///   which they are made, then the characters from the most frequent to the rarest. The scores are
///   0, -1, -2, ... from the first joined piece on.
///
/// With the same options the pieces are those of `spm_train`, all 32,000 of five corpora of 8 MB
/// each, but for two things. Scripts are those of the running Java's Unicode. And where no pair is
/// left that occurs, learning ends with a smaller vocabulary; `spm_train` goes on with pairs that
/// once occurred, then fails. There is no other normalisation, no sampling and no shuffling of
/// lines.
///
/// Time and memory are as [BpeTrainer] says, with characters for bytes; lines that are too long are
/// left out.
public final class SentencePieceTrainer {
  /// Pieces that every vocabulary begins with: `<unk>`, `<s>`, `</s>` and 256 bytes.
  public static final int META_PIECES = 3 + 256;

  private static final int HEARD_MERGES = 256;

  private SentencePieceTrainer() {}

  /// Learns a vocabulary from a corpus, whose documents are lines.
  ///
  /// @throws IOException if the corpus cannot be read
  /// @throws CancellationException if the thread was interrupted; it stays interrupted
  /// @throws IllegalArgumentException if the vocabulary has no room for the characters (says how
  ///   many there are), or the distinct words are too many for one training
  public static LearnedSentencePieces train(
      Backends backends,
      Corpus corpus,
      SentencePieceTrainerOptions options,
      BpeTrainer.Listener listener)
      throws IOException {
    return train(backends.threads(), corpus, options, listener);
  }

  static LearnedSentencePieces train(
      int threads, Corpus corpus, SentencePieceTrainerOptions options, BpeTrainer.Listener listener)
      throws IOException {
    try (WorkerPool pool = new WorkerPool("tessera-pieces", threads)) {
      WordCounts words =
          WordCounting.count(corpus, () -> new SentenceCutter(options), pool, listener);
      int[] characters = characters(words, options.characterCoverage());
      int mostMerges = options.vocabularySize() - META_PIECES - characters.length;
      if (mostMerges < 0) {
        throw new IllegalArgumentException(
            "a vocabulary of %d pieces does not hold %d meta pieces and %d characters: raise its size or lower the character coverage"
                .formatted(options.vocabularySize(), META_PIECES, characters.length));
      }
      SentencePieces pieces = new SentencePieces(options, characters);
      MergeLearner learner =
          MergeLearner.ofCharacters(
              words, pieces::characterId, characters.length, pieces, pieces, pool);
      int[] merges = learn(learner, pieces, mostMerges, listener);
      return new LearnedSentencePieces(options, pieces, characters.length, merges);
    }
  }

  private static int[] learn(
      MergeLearner learner, SentencePieces pieces, int most, BpeTrainer.Listener listener) {
    int[] merges = new int[2048];
    int count = 0;
    int total = META_PIECES + pieces.size() + most;
    while (count < most && learner.next()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted");
      }
      int left = learner.left();
      int right = learner.right();
      int joined = pieces.merge(left, right);
      if (joined < 0) {
        learner.skip();
      } else {
        if (2 * count == merges.length) {
          merges = Arrays.copyOf(merges, 4 * count);
        }
        merges[2 * count] = left;
        merges[2 * count + 1] = right;
        count++;
        learner.join(joined);
        if (count % HEARD_MERGES == 0) {
          listener.tokensLearned(META_PIECES + pieces.size(), total);
        }
      }
    }
    listener.tokensLearned(META_PIECES + pieces.size(), total);
    return Arrays.copyOf(merges, 2 * count);
  }

  /// The characters that get pieces, from the most frequent to the rarest, of equally frequent ones
  /// the lower code point first.
  private static int[] characters(WordCounts words, double coverage) {
    Map<Integer, Long> counts = new HashMap<>();
    words.forEach(
        (bytes, from, to, count) ->
            new String(bytes, from, to - from, StandardCharsets.UTF_8)
                .codePoints()
                .filter(character -> character != 0)
                .forEach(character -> counts.merge(character, count, Long::sum)));
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    List<Map.Entry<Integer, Long>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(
        Map.Entry.<Integer, Long>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    List<Integer> covered = new ArrayList<>();
    long before = 0;
    for (Map.Entry<Integer, Long> entry : sorted) {
      if ((float) ((double) before / all) >= (float) coverage) {
        break;
      }
      before += entry.getValue();
      if (entry.getKey() != SentenceCutter.BOUNDARY) {
        covered.add(entry.getKey());
      }
    }
    return covered.stream().mapToInt(Integer::intValue).toArray();
  }
}
