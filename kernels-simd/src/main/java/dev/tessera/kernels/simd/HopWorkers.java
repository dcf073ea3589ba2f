package dev.tessera.kernels.simd;

import java.util.ArrayDeque;

/// The workers' memory of one kernel: borrowed by whoever works, given back, used again.
final class HopWorkers {
  private final ArrayDeque<HopWorker> idle = new ArrayDeque<>();

  HopWorker borrow() {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return new HopWorker();
  }

  void giveBack(HopWorker worker) {
    synchronized (idle) {
      idle.push(worker);
    }
  }
}
