package dev.tessera.kernels.opencl;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Sends rows through the device, chunk by chunk: while one chunk is computed, the next is copied
/// in and the one before copied out, and the host fills the memory of a third. So neither the
/// device nor the heap need hold all rows.
final class RowStream {
  /// Chunks under way at a time.
  static final int SLOTS = 3;

  /// What is done with the rows.
  interface Job {
    /// Rows of a chunk; the last may have fewer.
    int chunkRows();

    /// What brings the rows to the device from within [#stage]; null where nothing does.
    default @Nullable RowStaging staging() {
      return null;
    }

    /// Puts rows into pinned memory, and may start to copy them in.
    void stage(int slot, long from, int rows, ChunkCommands commands);

    /// Starts the slot's other copies, and its kernels.
    void start(int slot, long from, int rows, ChunkCommands commands);

    /// Takes the results from the slot's pinned memory.
    void collect(int slot, long from, int rows);
  }

  private RowStream() {}

  /// Runs a job over rows 0 to `rows - 1`, within [Session#run].
  ///
  /// @throws CancellationException if the thread is interrupted; at most [#SLOTS] chunks later,
  ///   when nothing is under way any more
  static void run(Session session, Job job, long rows, DeviceTimes times) {
    RowStaging staging = job.staging();
    if (staging == null) {
      runChunks(session, job, rows, times);
    } else {
      staging.beside(() -> runChunks(session, job, rows, times));
    }
  }

  private static void runChunks(Session session, Job job, long rows, DeviceTimes times) {
    int chunkRows = job.chunkRows();
    long chunks = Math.ceilDiv(rows, chunkRows);
    ChunkCommands[] commands = new ChunkCommands[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      commands[slot] = new ChunkCommands(session.queues());
    }
    boolean done = false;
    try {
      for (long chunk = 0; chunk < chunks + SLOTS; chunk++) {
        int slot = (int) (chunk % SLOTS);
        long earlier = chunk - SLOTS;
        if (earlier >= 0 && earlier < chunks) {
          commands[slot].await(times);
          long awaited = System.nanoTime();
          job.collect(slot, earlier * chunkRows, count(earlier, chunkRows, rows));
          times.collected(System.nanoTime() - awaited);
        }
        if (chunk < chunks) {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
          }
          int count = count(chunk, chunkRows, rows);
          long begin = System.nanoTime();
          job.stage(slot, chunk * chunkRows, count, commands[slot]);
          long staged = System.nanoTime();
          times.staged(staged - begin - commands[slot].waitedNanos());
          job.start(slot, chunk * chunkRows, count, commands[slot]);
          commands[slot].submit();
          times.started(System.nanoTime() - staged);
        }
      }
      done = true;
    } finally {
      if (!done) {
        abandon(session, commands);
      }
    }
  }

  private static int count(long chunk, int chunkRows, long rows) {
    return (int) Math.min(chunkRows, rows - chunk * chunkRows);
  }

  private static void abandon(Session session, ChunkCommands[] commands) {
    try {
      session.queues().finish();
    } catch (OpenClException e) {
      // The failure that brought us here is the one to report; a lost device has nothing under way.
    }
    for (ChunkCommands each : commands) {
      each.forget();
    }
  }
}
