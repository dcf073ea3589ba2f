package dev.tessera.kernels.opencl;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.WorkerPool;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A device in use by one backend: context, queues, the memory that calls share, and the host's
/// threads.
///
/// Calls take turns, a whole call at a time. A pool of resources per call would let short calls
/// overtake long ones, but a device runs one kernel of ours after the other anyway, every call
/// would get a share of the memory only, and the cap on it would have to be divided before it is
/// known among how many. Within a call copies and kernels overlap already.
final class Session implements AutoCloseable {
  /// How much of a device's memory is used where nobody says how much: others use it, too.
  private static final double SHARE_OF_MEMORY = 0.75;

  /// Of a processor's memory, which is the host's own, less.
  private static final double SHARE_OF_HOST_MEMORY = 0.25;

  /// Below this no halving of the memory helps.
  private static final long LEAST_BYTES = 1 << 20;

  private final Device device;
  private final Context context;
  private final ChunkCommands.Queues queues;
  private final Workspace workspace;
  private final WorkerPool pool;
  private final WorkerPool stagers;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final Set<AutoCloseable> resources = new HashSet<>();
  private final Set<AutoCloseable> movable = new HashSet<>();
  private volatile long allowedBytes;
  private volatile @Nullable DeviceRates rates;
  private volatile double gatheredBytesPerSecond;
  private volatile double mergeNanosPerSymbol;
  private boolean closed;

  /// @throws OpenClException if the device cannot be used
  Session(OpenCl cl, Device device, BackendOptions options) {
    this.device = device;
    double share = device.kind() == Device.Kind.CPU ? SHARE_OF_HOST_MEMORY : SHARE_OF_MEMORY;
    allowedBytes = Math.min((long) (device.memoryBytes() * share), options.deviceMemoryBytes());
    context = new Context(cl, device);
    try {
      queues = new ChunkCommands.Queues(context.newQueue(), context.newQueue(), context.newQueue());
    } catch (OpenClException e) {
      context.close();
      throw e;
    }
    workspace = new Workspace(context, queues.out());
    pool = new WorkerPool("tessera-opencl", options.threads());
    stagers = new WorkerPool("tessera-opencl-staging", stagingThreads(options.threads()));
  }

  /// How many threads bring rows to the device, the one that gives the commands included. Of many
  /// some are left to the driver's own threads, and to what is done with results: of an H200's 16
  /// cores, 10 brought rows at 44 GB/s, 12 at 39 and all of them at 31.
  private static int stagingThreads(int threads) {
    return threads < RowStaging.ENOUGH_THREADS ? threads : Math.ceilDiv(threads * 5, 8);
  }

  Device device() {
    return device;
  }

  Context context() {
    return context;
  }

  ChunkCommands.Queues queues() {
    return queues;
  }

  Workspace workspace() {
    return workspace;
  }

  /// The host's threads.
  WorkerPool pool() {
    return pool;
  }

  /// Threads that fill pinned memory for as long as a stream of rows lasts, so that the others are
  /// free for what is done beside it.
  WorkerPool stagers() {
    return stagers;
  }

  /// Runs `call` when it is this thread's turn.
  ///
  /// @param what the operation, for errors
  /// @throws KernelException if the device fails; names it
  /// @throws CancellationException if the thread is interrupted while it waits, or `call` throws it
  void run(String what, Runnable call) {
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    }
    try {
      if (closed) {
        throw new IllegalStateException("the backend is closed");
      }
      call.run();
    } catch (OpenClException e) {
      if (Thread.currentThread().isInterrupted()) { // a signal may end a driver's compiler, too
        throw (CancellationException) new CancellationException("interrupted").initCause(e);
      }
      throw new KernelException("%s on %s: %s".formatted(what, device, e.getMessage()), e);
    } finally {
      turn.unlock();
    }
  }

  /// As [#run(String, Runnable)], and again with half the memory where the device has less than it
  /// says, or shares it with others.
  ///
  /// @param forget lets go of what `call` has prepared, before it is tried again
  void run(String what, Runnable call, Runnable forget) {
    run(
        what,
        () -> {
          while (true) {
            try {
              call.run();
              return;
            } catch (OpenClException e) {
              if (!e.isOutOfMemory() || !shrink()) {
                throw e;
              }
              forget.run();
            }
          }
        });
  }

  /// Has `resource` closed with the session at the latest. To be called within [#run].
  <R extends AutoCloseable> R keep(R resource) {
    resources.add(resource);
    return resource;
  }

  /// As [#keep], of what its owner can make anew: it may be closed earlier, by [#makeRoom].
  <R extends AutoCloseable> R keepMovable(R resource) {
    movable.add(resource);
    return keep(resource);
  }

  /// Closes a resource of this session, when it is this thread's turn; an interrupt does not keep
  /// it from it.
  void release(AutoCloseable resource) {
    turn.lock();
    try {
      movable.remove(resource);
      if (resources.remove(resource)) {
        close(resource);
      }
    } finally {
      turn.unlock();
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException(e); // none of ours declares one
    }
  }

  /// Device memory that is left beside what is held for good, in bytes; what the workspace holds
  /// counts as left.
  long freeBytes() {
    return allowedBytes - (context.heldBytes() - workspace.bytes());
  }

  /// The most device memory that may be held, in bytes.
  long allowedBytes() {
    return allowedBytes;
  }

  /// Has the workspace leave the device where so many bytes of others would not fit beside it; the
  /// next call makes it anew. To be called within [#run].
  void reserve(long bytes) {
    if (bytes > freeBytes() - workspace.bytes()) {
      workspace.close();
    }
  }

  /// Has what can be made anew leave the device, where more than half of the memory is held. To be
  /// called within [#run].
  void makeRoom() {
    if (freeBytes() < allowedBytes / 2) {
      List.copyOf(movable).forEach(this::release);
    }
  }

  /// Has what can be made anew leave the device where so many bytes would not fit beside it, the
  /// workspace too. To be called within [#run].
  void makeRoomFor(long bytes) {
    if (bytes > freeBytes()) {
      List.copyOf(movable).forEach(this::release);
    }
    reserve(bytes);
  }

  /// Has all that can be made anew leave the device, but `kept`. To be called within [#run].
  void makeRoomBeside(AutoCloseable kept) {
    for (AutoCloseable resource : List.copyOf(movable)) {
      if (!resource.equals(kept)) {
        release(resource);
      }
    }
  }

  /// Goes on with half the memory.
  ///
  /// @return whether that is worth a try
  private boolean shrink() {
    workspace.close();
    long half = allowedBytes / 2; // one thread at a time: its turn
    allowedBytes = half;
    return half >= LEAST_BYTES;
  }

  /// What the device has been measured to do; the first call measures, when it is its turn.
  ///
  /// @param what the operation, for errors
  DeviceRates rates(String what) {
    if (rates == null) {
      run(
          what,
          () -> {
            if (rates == null) {
              rates = DeviceRates.measure(this);
            }
          });
    }
    return Objects.requireNonNull(rates);
  }

  /// The rate at which hop aggregation reads rows of neighbours; the first call measures, when it
  /// is its turn.
  ///
  /// @param what the operation, for errors
  double gatheredBytesPerSecond(String what) {
    if (gatheredBytesPerSecond == 0) {
      run(
          what,
          () -> {
            if (gatheredBytesPerSecond == 0) {
              gatheredBytesPerSecond = HopSample.bytesPerSecond(this);
            }
          });
    }
    return gatheredBytesPerSecond;
  }

  /// How long byte-pair merges take for a symbol, in nanoseconds; the first call measures, when it
  /// is its turn.
  ///
  /// @param what the operation, for errors
  double mergeNanosPerSymbol(String what) {
    if (mergeNanosPerSymbol == 0) {
      run(
          what,
          () -> {
            if (mergeNanosPerSymbol == 0) {
              mergeNanosPerSymbol = MergeSample.nanosPerSymbol(this);
            }
          });
    }
    return mergeNanosPerSymbol;
  }

  /// Waits for the call in flight and frees everything. Closing twice does nothing.
  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        resources.forEach(Session::close);
        resources.clear();
        workspace.close();
        queues.close();
        context.close();
      }
    } finally {
      turn.unlock();
    }
    pool.close();
    stagers.close();
  }
}
