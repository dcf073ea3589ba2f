package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.util.concurrent.atomic.AtomicLong;

/// Turns logits into the ids of the greatest: no codebook, no distance (DALL-E's dVAE; the lookup
/// of Mole-BERT's released pre-training).
///
/// Values compare as float32 numbers, -0 equals 0, ties go to the lowest id, infinities are numbers
/// like others: a masked logit is `-Infinity`. A vector that holds a NaN has no id. Thread-safe.
public final class ArgmaxQuantizer {
  /// Pixels that a thread takes through all channels: their maxima stay in the first-level cache,
  /// and each channel is read in pieces of 4 kB.
  private static final int BLOCK_PIXELS = 1024;

  /// Rows that a thread takes at a time, in elements.
  private static final int TASK_ELEMENTS = 1 << 16;

  private static final long NO_PLACE = Long.MAX_VALUE;

  private final WorkerPool pool;
  private final NanPolicy nanPolicy;

  private ArgmaxQuantizer(WorkerPool pool, NanPolicy nanPolicy) {
    this.pool = pool;
    this.nanPolicy = nanPolicy;
  }

  /// A quantizer on the threads of opened backends, and as long as these.
  ///
  /// @param nanPolicy what becomes of a vector that holds a NaN
  public static ArgmaxQuantizer of(Backends backends, NanPolicy nanPolicy) {
    return new ArgmaxQuantizer(backends.pool(), nanPolicy);
  }

  /// The id of the greatest logit of each row: `[n x K] -> [n x 1]`.
  ///
  /// @throws IllegalArgumentException if there is no column, or a row holds a NaN under
  ///   [NanPolicy#ERROR]; names it
  public TokenIds encode(FloatMatrix logits) {
    checkClasses(logits.columns());
    TokenIds ids = TokenIds.allocate(logits.rows());
    AtomicLong unordered = new AtomicLong(NO_PLACE);
    int taskRows = Math.max(1, TASK_ELEMENTS / logits.columns());
    pool.run(
        tasks -> {
          float[] row = new float[logits.columns()];
          for (long task = tasks.next(); task >= 0; task = tasks.next()) {
            long end = Math.min(logits.rows(), (task + 1) * taskRows);
            for (long r = task * taskRows; r < end; r++) {
              logits.copyRow(r, row, 0);
              int id = greatest(row);
              ids.set(r, 0, id);
              if (id < 0) {
                unordered.accumulateAndGet(r, Math::min);
              }
            }
          }
        },
        Math.ceilDiv(logits.rows(), taskRows));
    if (nanPolicy == NanPolicy.ERROR && unordered.get() != NO_PLACE) {
      throw new IllegalArgumentException(
          "row %d holds a NaN; such logits have no greatest (NanPolicy.SKIP gives them the id -1)"
              .formatted(unordered.get()));
    }
    return ids;
  }

  private static int greatest(float[] values) {
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] <= values[best]) && !Float.isNaN(values[best])) { // a NaN stays
        best = i;
      }
    }
    return Float.isNaN(values[best]) ? -1 : best;
  }

  /// The id of the greatest logit of each pixel, the channels being the second axis, as a network
  /// gives them: `[images x K x pixels] -> [images x pixels]`, pixels in the order in which they
  /// lie (`[B x K x H x W]` is `[B x K x H * W]`, and gives raster order).
  ///
  /// @throws IllegalArgumentException if there is no channel, or a pixel holds a NaN under
  ///   [NanPolicy#ERROR]; names image and pixel
  public TokenIds encodeChannels(FloatTensor logits) {
    int channels = Math.toIntExact(logits.second());
    int pixels = logits.third();
    checkClasses(channels);
    TokenIds ids = TokenIds.allocate(logits.first(), pixels);
    AtomicLong unordered = new AtomicLong(NO_PLACE);
    int blocks = Math.ceilDiv(pixels, BLOCK_PIXELS);
    pool.run(
        tasks -> {
          PixelBlock block = new PixelBlock(Math.min(pixels, BLOCK_PIXELS));
          for (long task = tasks.next(); task >= 0; task = tasks.next()) {
            long image = task / blocks;
            int from = (int) (task % blocks) * BLOCK_PIXELS;
            int to = Math.min(pixels, from + BLOCK_PIXELS);
            block.scan(logits.atFirst(image).sliceColumns(from, to));
            for (int pixel = from; pixel < to; pixel++) {
              int id = block.id(pixel - from);
              ids.set(image, pixel, id);
              if (id < 0) {
                unordered.accumulateAndGet(image * pixels + pixel, Math::min);
              }
            }
          }
        },
        logits.first() * blocks);
    if (nanPolicy == NanPolicy.ERROR && unordered.get() != NO_PLACE) {
      throw new IllegalArgumentException(
          "pixel %d of image %d holds a NaN; such logits have no greatest (NanPolicy.SKIP gives them the id -1)"
              .formatted(unordered.get() % pixels, unordered.get() / pixels));
    }
    return ids;
  }

  private static void checkClasses(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("logits need at least 1 class, not " + count);
    }
  }

  /// The maxima of neighbouring pixels, over channel after channel.
  private static final class PixelBlock {
    private final float[] channel;
    private final float[] best;
    private final int[] ids;

    PixelBlock(int pixels) {
      channel = new float[pixels];
      best = new float[pixels];
      ids = new int[pixels];
    }

    /// @param logits `[K x pixels]`
    void scan(FloatMatrix logits) {
      int pixels = logits.columns();
      logits.copyRow(0, best, 0);
      for (int pixel = 0; pixel < pixels; pixel++) {
        ids[pixel] = 0;
      }
      for (int k = 1; k < logits.rows(); k++) {
        logits.copyRow(k, channel, 0);
        raise(k, pixels);
      }
    }

    private void raise(int k, int pixels) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        float value = channel[pixel];
        if (!(value <= best[pixel]) && !Float.isNaN(best[pixel])) { // a NaN stays
          best[pixel] = value;
          ids[pixel] = k;
        }
      }
    }

    int id(int pixel) {
      return Float.isNaN(best[pixel]) ? -1 : ids[pixel];
    }
  }
}
