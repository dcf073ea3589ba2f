package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.EventId;

/// The end of a command.
final class Event implements AutoCloseable {
  private final OpenCl cl;
  private final EventId id;
  private boolean closed;

  Event(OpenCl cl, EventId id) {
    this.cl = cl;
    this.id = id;
  }

  EventId id() {
    return id;
  }

  /// The same end for another owner, who closes it, too.
  Event share() {
    return new Event(cl, cl.retain(id));
  }

  /// Waits for it; not where it was closed, as nobody closes one whose command has not ended.
  void await() {
    if (!closed) {
      cl.await(id);
    }
  }

  /// Whether it has come.
  boolean hasCome() {
    return closed || cl.isEnded(id);
  }

  /// How long the command ran on the device, in nanoseconds; only once it has ended.
  long nanos() {
    return cl.nanos(id);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cl.release(id);
    }
  }
}
