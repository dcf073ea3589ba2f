package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void everyChunkIsTakenOnce(int threads) {
    try (WorkerPool pool = new WorkerPool("test", threads)) {
      for (int chunks : new int[] {0, 1, 2, 3, 1000}) {
        AtomicIntegerArray taken = new AtomicIntegerArray(Math.max(1, chunks));
        pool.run(
            source -> {
              for (long chunk = source.next(); chunk >= 0; chunk = source.next()) {
                taken.incrementAndGet((int) chunk);
              }
            },
            chunks);
        for (int chunk = 0; chunk < chunks; chunk++) {
          assertThat(taken.get(chunk)).as("chunk %d of %d", chunk, chunks).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void allThreadsTakePart() {
    try (WorkerPool pool = new WorkerPool("test", 3)) {
      CountDownLatch together = new CountDownLatch(3);
      pool.run(
          source -> {
            if (source.next() >= 0) {
              together.countDown();
              try {
                together.await(); // ends only if three threads are here
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
          },
          3);
      assertThat(together.getCount()).isZero();
    }
  }

  @Test
  void callsFromSeveralThreadsRunSideBySide() throws InterruptedException {
    AtomicLong sum = new AtomicLong();
    try (WorkerPool pool = new WorkerPool("test", 2)) {
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        callers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int call = 0; call < 200; call++) {
                        pool.run(
                            source -> {
                              for (long i = source.next(); i >= 0; i = source.next()) {
                                sum.addAndGet(i);
                              }
                            },
                            50);
                      }
                    }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertThat(sum.get()).isEqualTo(8L * 200 * (49 * 50 / 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aFailureReachesTheCallerAndThePoolGoesOn(int threads) {
    try (WorkerPool pool = new WorkerPool("test", threads)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      source -> {
                        for (long i = source.next(); i >= 0; i = source.next()) {
                          if (i == 13) {
                            throw new IllegalArgumentException("chunk 13");
                          }
                        }
                      },
                      1000))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("chunk 13");
      AtomicLong taken = new AtomicLong();
      pool.run(
          source -> {
            while (source.next() >= 0) {
              taken.incrementAndGet();
            }
          },
          10);
      assertThat(taken.get()).isEqualTo(10);
    }
  }

  @Test
  void anInterruptStopsTheCallAtTheNextChunk() {
    try (WorkerPool pool = new WorkerPool("test", 2)) {
      Thread caller = Thread.currentThread();
      AtomicLong taken = new AtomicLong();
      assertThatThrownBy(
              () ->
                  pool.run(
                      source -> {
                        for (long i = source.next(); i >= 0; i = source.next()) {
                          if (taken.incrementAndGet() == 5) {
                            caller.interrupt();
                          }
                        }
                      },
                      1_000_000_000_000L))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedPoolRefusesWorkAndLeavesNoThread() {
    WorkerPool pool = new WorkerPool("leftover", 4);
    pool.close();
    pool.close();
    assertThatThrownBy(() -> pool.run(source -> {}, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("leftover"));
  }
}
