package dev.tessera.text;

import dev.tessera.internal.bpe.training.WordCounts;
import dev.tessera.kernel.SplitKernel;

/// Takes the pieces of a pre-tokenizer for words. For one thread.
final class PieceCutter implements WordCounting.Cutter {
  private final SplitKernel split;
  private final int[] ends = new int[4096];

  PieceCutter(SplitKernel split) {
    this.split = split;
  }

  @Override
  public void count(CorpusBatch batch, WordCounts counts) {
    int from = 0;
    for (int document = 0; document < batch.documents(); document++) {
      int to = batch.end(document);
      while (from < to) {
        int pieces = split.split(batch.bytes(), from, to, ends);
        for (int piece = 0; piece < pieces; piece++) {
          counts.add(batch.bytes(), from, ends[piece], 1);
          from = ends[piece];
        }
      }
    }
  }
}
