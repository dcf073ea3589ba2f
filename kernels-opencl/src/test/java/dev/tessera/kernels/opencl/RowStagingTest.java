package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows that go through pinned memory, on one thread and on several: every element arrives where it
/// belongs, and what fails on one thread ends the call.
@Tag("opencl")
final class RowStagingTest {
  /// More than the pieces hold together, and no whole number of pieces.
  private static final int ROWS = 3_600_007;

  private static final int COLUMNS = 9;

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  private OpenClBackend open(int threads) {
    return new OpenClBackend(
        calls, SampleSearch.device(calls), new BackendOptions(threads), null, 1);
  }

  private static FloatMatrix matrix(Arena arena, int rows, int columns) {
    FloatMatrix matrix = FloatMatrix.allocate(arena, rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(row, column, row * 16f + column);
      }
    }
    return matrix;
  }

  private static MemorySegment read(Arena arena, Session session, Buffer buffer, long bytes) {
    MemorySegment read = arena.allocate(bytes, Float.BYTES);
    try (Event end = session.queues().out().read(buffer, 0, read)) {
      end.await();
    }
    return read;
  }

  private static void check(MemorySegment found, FloatMatrix matrix, ColumnSlab slab) {
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < slab.stride(); column++) {
        float expected = column < slab.columns() ? matrix.get(row, slab.first() + column) : 0;
        long place = (long) row * slab.stride() + column;
        if (found.getAtIndex(ValueLayout.JAVA_FLOAT, place) != expected) {
          throw new AssertionError(
              "%s row %d column %d: expected %s, found %s"
                  .formatted(
                      slab,
                      row,
                      column,
                      expected,
                      found.getAtIndex(ValueLayout.JAVA_FLOAT, place)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyRowArrives(int threads) {
    try (Arena arena = Arena.ofShared();
        OpenClBackend backend = open(threads)) {
      Session session = backend.session();
      FloatMatrix matrix = matrix(arena, ROWS, COLUMNS);
      for (ColumnSlab slab :
          new ColumnSlab[] {new ColumnSlab(0, COLUMNS, 1), new ColumnSlab(2, 6, 4)}) {
        long bytes = ROWS * slab.rowBytes();
        session.run(
            "a test",
            () -> {
              try (Buffer buffer = session.context().newBuffer(bytes)) {
                UploadJob job = new UploadJob(session, matrix, slab, buffer);
                RowStream.run(session, job, ROWS, new DeviceTimes());
                check(read(arena, session, buffer, bytes), matrix, slab);
              }
            });
      }
    }
    assertThat(calls.unreleased()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void partsOfRowsArriveOneBehindTheOther(int threads) {
    int rows = 5_003;
    int chunkRows = 1_000;
    try (Arena arena = Arena.ofShared();
        OpenClBackend backend = open(threads)) {
      Session session = backend.session();
      FloatMatrix matrix = matrix(arena, rows, 12);
      long partBytes = rows * 4L * Float.BYTES;
      session.run(
          "a test",
          () -> {
            try (Buffer buffer = session.context().newBuffer(3 * partBytes)) {
              RowStaging staging = RowStaging.ofParts(session, matrix, 4, chunkRows);
              ChunkCommands commands = new ChunkCommands(session.queues());
              staging.beside(
                  () -> {
                    for (int from = 0; from < rows; from += chunkRows) {
                      int count = Math.min(chunkRows, rows - from);
                      for (int part = 0; part < 3; part++) {
                        long offset = part * partBytes + from * 4L * Float.BYTES;
                        staging.copyIn(from, count, part, buffer, offset, commands);
                      }
                    }
                    commands.await(new DeviceTimes());
                  });
              MemorySegment found = read(arena, session, buffer, 3 * partBytes);
              for (int part = 0; part < 3; part++) {
                MemorySegment ofPart = found.asSlice(part * partBytes, partBytes);
                check(ofPart, matrix, new ColumnSlab(part * 4, 4, 1));
              }
            }
          });
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void memoryThatOtherThreadsMayNotReadEndsTheCall() {
    try (OpenClBackend backend = open(7)) {
      Session session = backend.session();
      try (Arena arena = Arena.ofConfined()) {
        FloatMatrix matrix = matrix(arena, 1000, COLUMNS);
        assertThatThrownBy(() -> upload(session, matrix)).isInstanceOf(WrongThreadException.class);
      }
      try (Arena arena = Arena.ofShared()) {
        upload(session, matrix(arena, 1000, COLUMNS));
      }
    }
    assertThat(calls.unreleased()).isZero();
  }

  private static void upload(Session session, FloatMatrix matrix) {
    session.run(
        "a test",
        () -> {
          try (Buffer buffer =
              session.context().newBuffer(matrix.rows() * COLUMNS * (long) Float.BYTES)) {
            UploadJob job = new UploadJob(session, matrix, buffer);
            RowStream.run(session, job, matrix.rows(), new DeviceTimes());
          }
        });
  }

  @Test
  void aFailedCopyEndsTheCallAndTheNextOneWorks() {
    try (Arena arena = Arena.ofShared();
        OpenClBackend backend = open(7)) {
      FloatMatrix matrix = matrix(arena, 100_000, COLUMNS);
      calls.fail(FaultyCalls.Call.WRITE, -36, 0);
      assertThatThrownBy(() -> upload(backend.session(), matrix))
          .hasMessageContaining("(injected)");
      calls.mend();
      upload(backend.session(), matrix);
    }
    assertThat(calls.unreleased()).isZero();
  }
}
