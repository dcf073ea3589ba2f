package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

/// What a device has been measured to do, on a sample: the basis of every estimate.
///
/// @param inBytesPerSecond copies from pinned memory to the device
/// @param outBytesPerSecond copies back
/// @param stagingBytesPerSecond copies on the host into pinned memory, on all threads
/// @param termsPerSecond fused steps of a screen
/// @param definitionTermsPerSecond fused steps in float64; 0 where the device has none
record DeviceRates(
    double inBytesPerSecond,
    double outBytesPerSecond,
    double stagingBytesPerSecond,
    double termsPerSecond,
    double definitionTermsPerSecond) {

  private static final long SAMPLE_BYTES = 32L << 20;
  private static final int SAMPLE_ROWS = 1 << 16;
  private static final int SAMPLE_DEFINITION_ROWS = 1 << 11;
  private static final int SAMPLE_CODES = 1 << 11;
  private static final int SAMPLE_COLUMNS = 32;

  /// The first run of anything pays for what later ones find done.
  private static final int RUNS = 3;

  /// A call's own costs: launches, waits, the first copy in and the last one out.
  private static final double CALL_NANOS = 300_000;

  /// Measures; to be called within [Session#run].
  static DeviceRates measure(Session session) {
    session.workspace().close(); // the samples are to stay within the memory that is allowed
    double[] copies = copyRates(session.context(), session.queues().out(), session.freeBytes() / 2);
    float[] values = new float[SAMPLE_ROWS * SAMPLE_COLUMNS];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble() - 0.5f;
    }
    FloatMatrix points = FloatMatrix.of(values, SAMPLE_ROWS, SAMPLE_COLUMNS);
    FloatMatrix codewords = points.slice(0, SAMPLE_CODES);
    NearestOperand operand = new NearestOperand(codewords, Metric.L2);
    double terms = 0;
    double definitionTerms = 0;
    double staging = 0;
    long rowBytes = (long) SAMPLE_COLUMNS * Float.BYTES;
    long stagedRows = Math.clamp(session.freeBytes() / 2 / rowBytes, 1, SAMPLE_ROWS);
    DeviceTimes unread = new DeviceTimes();
    try (PreparedCodebook prepared = new PreparedCodebook(session, operand, null, 1, unread)) {
      TokenIds ids = TokenIds.allocate(SAMPLE_ROWS);
      for (int run = 0; run < RUNS; run++) {
        DeviceTimes times = new DeviceTimes();
        FloatMatrix staged = points.slice(0, stagedRows);
        staging = Math.max(staging, RowStaging.bytesPerSecond(session, staged));
        ScreenJob job = new ScreenJob(session, prepared, new SearchCounts(), points, ids, null);
        RowStream.run(session, job, SAMPLE_ROWS, times);
        terms =
            Math.max(
                terms,
                (double) SAMPLE_ROWS
                    * SAMPLE_CODES
                    * (SAMPLE_COLUMNS + 1)
                    / (times.kernelNanos() / 1e9));
      }
      ResolveKernels resolve = prepared.resolve();
      if (resolve != null) {
        FloatMatrix fewer = points.slice(0, SAMPLE_DEFINITION_ROWS);
        NearestOptions two = new NearestOptions(2, null);
        TokenIds pairs = TokenIds.allocate(SAMPLE_DEFINITION_ROWS, 2);
        for (int run = 0; run < RUNS; run++) {
          DeviceTimes times = new DeviceTimes();
          RowStream.run(
              session,
              new DefinitionJob(
                  session, prepared, resolve, new SearchCounts(), fewer, two, pairs, null),
              SAMPLE_DEFINITION_ROWS,
              times);
          definitionTerms =
              Math.max(
                  definitionTerms,
                  (double) SAMPLE_DEFINITION_ROWS
                      * SAMPLE_CODES
                      * SAMPLE_COLUMNS
                      / (times.kernelNanos() / 1e9));
        }
      }
    }
    return new DeviceRates(copies[0], copies[1], staging, terms, definitionTerms);
  }

  /// The rates of pinned memory, to the device and back, in bytes a second.
  ///
  /// @param mostBytes the most device memory that the sample may take
  static double[] copyRates(Context context, Queue queue, long mostBytes) {
    double in = 0;
    double out = 0;
    long bytes =
        Math.min(Math.min(SAMPLE_BYTES, mostBytes), context.device().mostBufferBytes() / 4);
    try (PinnedBuffer pinned = context.newPinnedBuffer(queue, bytes);
        Buffer buffer = context.newBuffer(bytes)) {
      MemorySegment memory = pinned.segment();
      memory.fill((byte) 1);
      for (int run = 0; run < RUNS; run++) {
        for (boolean write : List.of(true, false)) {
          try (Event end = write ? queue.write(buffer, 0, memory) : queue.read(buffer, 0, memory)) {
            queue.flush();
            end.await();
            double rate = bytes * 1e9 / Math.max(1, end.nanos());
            in = write ? Math.max(in, rate) : in;
            out = write ? out : Math.max(out, rate);
          }
        }
      }
    }
    return new double[] {in, out};
  }

  /// A screened call of so many bytes and steps, in nanoseconds: what takes longest, as all of it
  /// overlaps.
  double nanos(long inBytes, long outBytes, double terms) {
    return CALL_NANOS + longest(inBytes, outBytes, terms * 1e9 / termsPerSecond);
  }

  /// A call that the definition alone decides; on a device without float64, never.
  double definitionNanos(long inBytes, long outBytes, double terms) {
    return definitionTermsPerSecond == 0
        ? Double.POSITIVE_INFINITY
        : CALL_NANOS + longest(inBytes, outBytes, terms * 1e9 / definitionTermsPerSecond);
  }

  /// Rows that go to the device, through pinned memory, in nanoseconds.
  double copyInNanos(long bytes) {
    return CALL_NANOS + bytes * 1e9 / Math.min(inBytesPerSecond, stagingBytesPerSecond);
  }

  /// Rows that come back, in nanoseconds.
  double copyOutNanos(long bytes) {
    return bytes * 1e9 / Math.min(outBytesPerSecond, stagingBytesPerSecond);
  }

  private double longest(long inBytes, long outBytes, double kernelNanos) {
    double copies =
        Math.max(
            Math.max(inBytes * 1e9 / inBytesPerSecond, outBytes * 1e9 / outBytesPerSecond),
            inBytes * 1e9 / stagingBytesPerSecond);
    return Math.max(copies, kernelNanos);
  }
}
