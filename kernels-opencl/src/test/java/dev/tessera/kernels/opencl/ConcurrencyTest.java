package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.NearestKernel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Calls that meet each other, an interrupt, or the end of the backend.
@Tag("opencl")
@Timeout(120)
final class ConcurrencyTest {
  private static final long SMALL_MEMORY = 400_000;

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  private OpenClBackend open() {
    BackendOptions options = new BackendOptions(2).withDeviceMemoryBytes(SMALL_MEMORY);
    return new OpenClBackend(calls, SampleSearch.device(calls), options, null, 1);
  }

  @Test
  void anInterruptEndsTheCallWithinAFewChunks() {
    SampleSearch search = SampleSearch.of(20_000, 100, 16);
    try (OpenClBackend backend = open();
        OpenClNearest kernel = (OpenClNearest) SampleSearch.kernel(backend, search.operand())) {
      kernel.prepare();
      Thread caller = Thread.currentThread();
      AtomicInteger launches = new AtomicInteger();
      calls.beforeLaunch(
          () -> {
            if (launches.incrementAndGet() == 40) {
              caller.interrupt();
            }
          });
      assertThatThrownBy(() -> search.run(kernel)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      int perChunk = 7; // centre, screen, certify, three to resolve, score
      assertThat(launches.get()).isLessThanOrEqualTo(40 + perChunk);
      calls.beforeLaunch(() -> {});
      search.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void closingWaitsForTheCallInFlight() throws Exception {
    SampleSearch search = SampleSearch.of(5000, 100, 16);
    OpenClBackend backend = open();
    NearestKernel kernel = SampleSearch.kernel(backend, search.operand());
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean closedEarly = new AtomicBoolean();
    AtomicInteger launches = new AtomicInteger();
    calls.beforeLaunch(
        () -> {
          closedEarly.compareAndSet(false, closed.get());
          if (launches.incrementAndGet() == 10) {
            underWay.countDown();
            await(closing);
          }
        });
    try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
      Future<SampleSearch.Found> call = caller.submit(() -> search.run(kernel));
      underWay.await();
      CompletableFuture<Void> close =
          CompletableFuture.runAsync(
              () -> {
                closing.countDown();
                backend.close();
                closed.set(true);
              });
      assertThat(call.get().ids()).isEqualTo(search.expected().ids());
      close.get();
    }
    assertThat(closedEarly).isFalse();
    assertThat(calls.unreleased()).isZero();
    assertThatThrownBy(() -> search.run(kernel))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    kernel.close();
  }

  @Test
  void aClosedKernelSaysSoAndLeavesOthersAlone() {
    SampleSearch search = SampleSearch.of(100, 40, 6);
    try (OpenClBackend backend = open();
        NearestKernel other = SampleSearch.kernel(backend, search.operand())) {
      NearestKernel kernel = SampleSearch.kernel(backend, search.operand());
      search.check(kernel);
      kernel.close();
      kernel.close();
      assertThatThrownBy(() -> search.run(kernel))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the kernel is closed");
      search.check(other);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void severalCallersOfSeveralKernelsGetWhatIsTheirs() throws Exception {
    SampleSearch[] searches = {
      SampleSearch.of(3000, 100, 16), SampleSearch.of(2000, 333, 7), SampleSearch.of(500, 90, 40)
    };
    try (OpenClBackend backend = open();
        ExecutorService callers = Executors.newFixedThreadPool(6)) {
      Future<?>[] calls = new Future<?>[6];
      for (int i = 0; i < calls.length; i++) {
        SampleSearch search = searches[i % searches.length];
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand());
        calls[i] =
            callers.submit(
                () -> {
                  for (int repeat = 0; repeat < 4; repeat++) {
                    search.check(kernel);
                  }
                  kernel.close();
                });
      }
      for (Future<?> call : calls) {
        call.get();
      }
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(SMALL_MEMORY);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aCallThatWaitsForItsTurnCanBeInterrupted() throws Exception {
    SampleSearch search = SampleSearch.of(2000, 100, 16);
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (OpenClBackend backend = open();
        NearestKernel kernel = SampleSearch.kernel(backend, search.operand());
        ExecutorService callers = Executors.newFixedThreadPool(2)) {
      kernel.prepare();
      calls.beforeLaunch(
          () -> {
            underWay.countDown();
            await(go);
          });
      Future<SampleSearch.Found> first = callers.submit(() -> search.run(kernel));
      underWay.await();
      CompletableFuture<Thread> waiting = new CompletableFuture<>();
      Future<SampleSearch.Found> second =
          callers.submit(
              () -> {
                waiting.complete(Thread.currentThread());
                return search.run(kernel);
              });
      waiting.get().interrupt();
      assertThatThrownBy(second::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CancellationException.class);
      go.countDown();
      assertThat(first.get().ids()).isEqualTo(search.expected().ids());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
