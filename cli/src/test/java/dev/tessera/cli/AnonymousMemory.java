package dev.tessera.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most anonymous memory (heap, native allocations, stacks; no mapped files) that this process
/// holds while it is watched, by Linux's own count.
final class AnonymousMemory implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int INTERVAL_MILLIS = 20;

  private final Thread watcher = Thread.ofPlatform().daemon().unstarted(this::run);
  private volatile long mostBytes;
  private volatile boolean done;

  private AnonymousMemory() {}

  static AnonymousMemory watch() {
    AnonymousMemory memory = new AnonymousMemory();
    memory.watcher.start();
    return memory;
  }

  private void run() {
    while (!done) {
      mostBytes = Math.max(mostBytes, bytes());
      try {
        Thread.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static long bytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("RssAnon:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long mostBytes() {
    return mostBytes;
  }

  @Override
  public void close() {
    done = true;
  }
}
