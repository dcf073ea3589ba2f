package dev.tessera.kernel;

import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Threads that share out the chunks of a call. The calling thread always takes part, so a pool of
/// one thread starts none, and calls from several threads run side by side. In steady state a call
/// allocates nothing.
public final class WorkerPool implements AutoCloseable {
  /// Work that is cut into chunks.
  @FunctionalInterface
  public interface Task {
    /// Takes chunks until there are none left; runs on several threads at once. Borrow scratch
    /// memory before the loop, give it back after:
    ///
    /// ```
    /// for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) { ... }
    /// ```
    void work(Chunks chunks);
  }

  /// The chunks of one call, shared by the threads that work on it.
  public static final class Chunks {
    private final AtomicLong next = new AtomicLong();
    private final Object lock = new Object();
    private volatile boolean cancelled;
    private @Nullable Task task;
    private @Nullable Thread caller;
    private long end;
    private int wanted;
    private int active;
    private @Nullable Throwable failure;

    private Chunks() {}

    /// The next chunk's number, or -1 when there is none left, when another thread failed, or when
    /// the calling thread was interrupted.
    public long next() {
      Thread owner = caller;
      if (cancelled || owner == null || owner.isInterrupted()) {
        cancelled = true;
        return -1;
      }
      long chunk = next.getAndIncrement();
      return chunk < end ? chunk : -1;
    }

    private void work() {
      try {
        if (task != null) {
          task.work(this);
        }
      } catch (Throwable e) { // handed to the caller, whatever it is
        cancelled = true;
        synchronized (lock) {
          if (failure == null) {
            failure = e;
          }
        }
      }
    }
  }

  private final int threads;
  private final Thread[] workers;
  private final Object lock = new Object();
  private final ArrayDeque<Chunks> pending = new ArrayDeque<>();
  private final ArrayDeque<Chunks> idle = new ArrayDeque<>();
  private int calls;
  private boolean closed;

  /// Starts `threads - 1` daemon threads.
  ///
  /// @param name what the threads are called, followed by their number
  /// @param threads how many threads work on a call, the caller's own included; at least 1
  public WorkerPool(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a pool needs at least 1 thread, not " + threads);
    }
    this.threads = threads;
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = Thread.ofPlatform().daemon().name(name + "-" + (i + 1)).unstarted(this::serve);
    }
    for (Thread worker : workers) {
      worker.start();
    }
  }

  /// How many threads work on a call, the caller's own included.
  public int threads() {
    return threads;
  }

  /// Runs `task` over chunks 0 to `chunks - 1` and returns when all are done.
  ///
  /// @throws CancellationException if the calling thread was interrupted before the last chunk was
  ///   taken; it stays interrupted
  /// @throws IllegalStateException if the pool is closed
  public void run(Task task, long chunks) {
    if (chunks <= 0) {
      return;
    }
    Chunks call = begin(task, chunks);
    call.work();
    end(call);
    Throwable failure = call.failure;
    boolean cancelled = call.cancelled;
    recycle(call);
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
    if (cancelled) {
      throw new CancellationException("interrupted");
    }
  }

  private Chunks begin(Task task, long chunks) {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the backend is closed");
      }
      calls++;
      Chunks call = idle.isEmpty() ? new Chunks() : idle.pop();
      call.task = task;
      call.caller = Thread.currentThread();
      call.end = chunks;
      call.next.set(0);
      call.cancelled = false;
      call.wanted = (int) Math.min(workers.length, chunks - 1);
      if (call.wanted > 0) {
        pending.add(call);
        if (call.wanted == 1) {
          lock.notify();
        } else {
          lock.notifyAll();
        }
      }
      return call;
    }
  }

  private void end(Chunks call) {
    boolean interrupted = false;
    synchronized (lock) {
      call.wanted = 0;
      pending.remove(call);
    }
    synchronized (call.lock) {
      while (call.active > 0) {
        try {
          call.lock.wait();
        } catch (InterruptedException e) {
          interrupted = true; // the others stop at their next chunk; wait for them all the same
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void recycle(Chunks call) {
    call.task = null;
    call.caller = null;
    call.failure = null;
    synchronized (lock) {
      idle.push(call);
      calls--;
      if (closed && calls == 0) {
        lock.notifyAll();
      }
    }
  }

  private void serve() {
    while (true) {
      Chunks call;
      synchronized (lock) {
        while (pending.isEmpty()) {
          if (closed) {
            return;
          }
          try {
            lock.wait();
          } catch (InterruptedException e) {
            // nobody but close() ends a worker
          }
        }
        call = pending.element();
        call.wanted--;
        if (call.wanted == 0) {
          pending.remove();
        }
        synchronized (call.lock) {
          call.active++;
        }
      }
      call.work();
      synchronized (call.lock) {
        call.active--;
        call.lock.notifyAll();
      }
    }
  }

  /// Waits for the calls in flight and ends the threads. Closing twice does nothing.
  @Override
  public void close() {
    boolean interrupted = false;
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
      while (calls > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
