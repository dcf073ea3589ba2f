package dev.tessera.kernels.opencl;

import java.lang.foreign.MemorySegment;

/// Puts a graph's tasks on the device, to stay there; they are made on the way.
final class TasksUpload implements RowStream.Job {
  private static final int CHUNK_TASKS = 1 << 20;

  private final HopTasks.Cursor cursor;
  private final Buffer begins;
  private final Buffer targets;
  private final int chunk;
  private final MemorySegment[] slots = new MemorySegment[RowStream.SLOTS];

  /// @param begins `[tasks + 1]`, written
  /// @param targets `[tasks + 1]`, written
  TasksUpload(Workspace workspace, HopTasks tasks, Buffer begins, Buffer targets) {
    this.begins = begins;
    this.targets = targets;
    cursor = tasks.new Cursor();
    chunk = (int) Math.min(CHUNK_TASKS, tasks.count() + 1);
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] =
          workspace.pinned("in" + slot, (long) chunk * (Long.BYTES + Integer.BYTES)).segment();
    }
  }

  @Override
  public int chunkRows() {
    return chunk;
  }

  private MemorySegment begins(int slot, int count) {
    return slots[slot].asSlice(0, count * (long) Long.BYTES);
  }

  private MemorySegment targets(int slot, int count) {
    return slots[slot].asSlice(chunk * (long) Long.BYTES, count * (long) Integer.BYTES);
  }

  @Override
  public void stage(int slot, long from, int count, ChunkCommands commands) {
    cursor.write(count, begins(slot, count), targets(slot, count));
  }

  @Override
  public void start(int slot, long from, int count, ChunkCommands commands) {
    commands.copyIn(begins(slot, count), begins, from * Long.BYTES);
    commands.copyIn(targets(slot, count), targets, from * Integer.BYTES);
  }

  @Override
  public void collect(int slot, long from, int count) {}
}
