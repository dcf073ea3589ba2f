package dev.tessera.kernels.opencl;

import java.lang.foreign.MemorySegment;

/// Puts an array of 32-bit words on the device, to stay there.
final class WordsUpload implements RowStream.Job {
  private static final int CHUNK_WORDS = 4 << 20;

  private final MemorySegment words;
  private final Buffer buffer;
  private final MemorySegment[] slots = new MemorySegment[RowStream.SLOTS];

  /// @param words `[count]`, on the heap or not
  /// @param buffer `[count]`, written
  private WordsUpload(Workspace workspace, MemorySegment words, Buffer buffer, long count) {
    this.words = words;
    this.buffer = buffer;
    long bytes = Math.min(CHUNK_WORDS, count) * Integer.BYTES;
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = workspace.pinned("in" + slot, bytes).segment();
    }
  }

  /// Copies `words` `[count]` to `buffer`, within [Session#run].
  static void run(
      Session session, MemorySegment words, long count, Buffer buffer, DeviceTimes times) {
    if (count > 0) {
      RowStream.run(
          session, new WordsUpload(session.workspace(), words, buffer, count), count, times);
    }
  }

  @Override
  public int chunkRows() {
    return CHUNK_WORDS;
  }

  @Override
  public void stage(int slot, long from, int count, ChunkCommands commands) {
    MemorySegment.copy(words, from * Integer.BYTES, slots[slot], 0, count * (long) Integer.BYTES);
  }

  @Override
  public void start(int slot, long from, int count, ChunkCommands commands) {
    commands.copyIn(
        slots[slot].asSlice(0, count * (long) Integer.BYTES), buffer, from * Integer.BYTES);
  }

  @Override
  public void collect(int slot, long from, int count) {}
}
