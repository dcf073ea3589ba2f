package dev.tessera.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets Ctrl-C end a run in good order: the signal interrupts the thread that works, and the JVM,
/// which ends with status 130 then, waits until that thread has tidied up.
final class Interruption {
  /// Longer than anything here goes without looking at the interrupt, short enough for a person who
  /// wants out.
  private static final long PATIENCE_SECONDS = 20;

  private final CountDownLatch tidy = new CountDownLatch(1);

  private Interruption() {}

  /// From now on a signal to end interrupts the calling thread.
  static Interruption ofThisThread() {
    Interruption interruption = new Interruption();
    Thread worker = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interruption.interrupt(worker), "tessera-interruption"));
    return interruption;
  }

  private void interrupt(Thread worker) {
    if (tidy.getCount() > 0) {
      worker.interrupt();
      try {
        boolean _ = tidy.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the JVM ends all the same
      }
    }
  }

  /// The work is done and tidied up: the JVM need not wait.
  void disarm() {
    tidy.countDown();
  }
}
