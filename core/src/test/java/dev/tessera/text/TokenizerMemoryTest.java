package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.SplitPattern;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What encoding allocates, and what a thread keeps.
class TokenizerMemoryTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long SEED = 23;
  private static final int ARRAY_HEADER_BYTES = 16;

  private static Backends backends;
  private static BpeTokenizer tokenizer;
  private static byte[] text;

  @BeforeAll
  static void open() {
    backends = Backends.open(Backends.AUTO, new BackendOptions(1));
    TextModel model = SampleVocabulary.model(SplitPattern.CL100K, 1200, false);
    tokenizer = new BpeTokenizer(backends, model, TextOptions.DEFAULT);
    text = SampleVocabulary.text(new Random(SEED), 100_000).getBytes(StandardCharsets.UTF_8);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    backends.close();
  }

  /// The least that a call allocates, on top of `result` bytes, once its code is compiled.
  private static long allocated(Runnable call, long result) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 2_000 && least > result; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      call.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least - result;
  }

  @Test
  void idsInTheCallersArrayCostNoMemory() {
    int[] ids = new int[text.length];
    int[] counts = new int[1];
    // the few objects of a call that do not grow with the text: C2 often finds that they need not
    // be
    long most = 512;
    long bytes =
        allocated(
            () -> counts[0] = tokenizer.encode(text, 0, text.length, SpecialTokens.AS_TEXT, ids, 0),
            most);
    assertThat(counts[0]).isGreaterThan(100_000);
    assertThat(bytes).as("bytes beyond %d, seed %d", most, SEED).isLessThanOrEqualTo(0);
  }

  @Test
  void aCallAllocatesItsResultAlone() {
    int[][] ids = new int[1][];
    ids[0] = tokenizer.encode(text, SpecialTokens.AS_TEXT);
    long result = ARRAY_HEADER_BYTES + 4L * ids[0].length + 512;
    long bytes = allocated(() -> ids[0] = tokenizer.encode(text, SpecialTokens.AS_TEXT), result);
    assertThat(ids[0].length).isGreaterThan(100_000);
    assertThat(bytes).as("bytes beyond the result, seed %d", SEED).isLessThanOrEqualTo(0);
  }

  @Test
  void cachesTakeWhatTheyAreAllowedAndNoMore() {
    assertThat(tokenizer.report().threadBytes())
        .isBetween(TextOptions.DEFAULT_CACHE_BYTES / 2, TextOptions.DEFAULT_CACHE_BYTES);
    TextModel model = SampleVocabulary.model(SplitPattern.CL100K, 1200, false);
    try (BpeTokenizer small =
        new BpeTokenizer(backends, model, new TextOptions(TextOptions.LEAST_CACHE_BYTES))) {
      assertThat(small.report().threadBytes()).isLessThanOrEqualTo(TextOptions.LEAST_CACHE_BYTES);
      // new pieces all the time: the cache forgets, and takes no more memory for them
      Random random = new Random(SEED);
      int[] ids = new int[4096];
      byte[] letters = new byte[4096];
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 2_000; i++) {
        for (int at = 0; at < letters.length; at++) {
          letters[at] = (byte) (random.nextInt(9) == 0 ? ' ' : 'a' + random.nextInt(26));
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThat(small.encode(letters, 0, letters.length, SpecialTokens.AS_TEXT, ids, 0))
            .isPositive();
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes of a call with new pieces, seed %d", SEED).isLessThan(4096);
    }
  }
}
