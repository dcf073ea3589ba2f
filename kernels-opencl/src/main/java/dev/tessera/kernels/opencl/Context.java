package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.ContextId;
import java.util.concurrent.atomic.AtomicLong;

/// A device in use: queues, buffers and programs come from here, and end before it does.
final class Context implements AutoCloseable {
  private final OpenCl cl;
  private final Device device;
  private final ContextId id;
  private final ProgramCache programs;
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicLong mostHeldBytes = new AtomicLong();
  private boolean closed;

  /// @throws OpenClException if the device cannot be used
  Context(OpenCl cl, Device device) {
    this.cl = cl;
    this.device = device;
    id = cl.createContext(device.platform(), device.id());
    programs = new ProgramCache(cl, device, id);
  }

  OpenCl calls() {
    return cl;
  }

  Device device() {
    return device;
  }

  /// A new in-order queue.
  Queue newQueue() {
    return new Queue(cl, cl.createQueue(id, device.id()));
  }

  /// A new buffer in the device's memory.
  ///
  /// @param bytes its size; 0 makes one of the least size, as OpenCL has no empty buffers
  Buffer newBuffer(long bytes) {
    long size = Math.max(1, bytes);
    Buffer buffer = new Buffer(this, cl.createBuffer(id, size, false), size);
    mostHeldBytes.accumulateAndGet(heldBytes.addAndGet(size), Math::max);
    return buffer;
  }

  void freed(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  /// New page-locked memory of the host, through which data reach the device at its best rate.
  PinnedBuffer newPinnedBuffer(Queue queue, long bytes) {
    long size = Math.max(1, bytes);
    return new PinnedBuffer(cl, queue.id(), cl.createBuffer(id, size, true), size);
  }

  /// A new kernel object of a program that is built once. For one thread at a time.
  ///
  /// @param source the resource that holds the program
  /// @param options of the compiler
  Kernel newKernel(String source, String options, String name) {
    return new Kernel(cl, device, name, cl.createKernel(programs.get(source, options), name));
  }

  /// Device memory held now, in bytes.
  long heldBytes() {
    return heldBytes.get();
  }

  /// The most device memory that was ever held, in bytes.
  long mostHeldBytes() {
    return mostHeldBytes.get();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      programs.close();
      cl.release(id);
    }
  }
}
