package dev.tessera.kernels.opencl;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// OpenCL that fails on command, and that says what it likes of its devices; everything else goes
/// through to the real one. Counts what is made and released.
final class FaultyCalls implements OpenCl {
  /// The calls that can be told to fail.
  enum Call {
    CREATE_CONTEXT,
    CREATE_BUFFER,
    BUILD,
    LAUNCH,
    WRITE,
    READ,
    AWAIT
  }

  static final int OUT_OF_MEMORY = -4;
  static final int BUILD_FAILURE = -11;
  static final int DEVICE_LOST = -36; // CL_INVALID_COMMAND_QUEUE, as drivers say then

  private final OpenCl real;
  private final Map<Integer, byte[]> claims = new HashMap<>();
  private final Set<Object> twins = Collections.newSetFromMap(new IdentityHashMap<>());
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong released = new AtomicLong();
  private final AtomicLong launches = new AtomicLong();
  private volatile @Nullable Call failing;
  private volatile int status;
  private volatile long passing;
  private volatile boolean once;
  private volatile long mostBufferBytes = Long.MAX_VALUE;
  private volatile Runnable beforeLaunch = () -> {};
  private volatile UnaryOperator<String> edit = source -> source;
  private boolean noPlatform;
  private boolean noDevice;
  private boolean twoPlatforms;

  FaultyCalls(OpenCl real) {
    this.real = real;
  }

  /// From now on, and after `passing` more of them, `call` fails.
  void fail(Call call, int withStatus, long after) {
    status = withStatus;
    passing = after;
    failing = call;
  }

  /// As [#fail], and the next call of that kind succeeds again.
  void failOnce(Call call, int withStatus, long after) {
    fail(call, withStatus, after);
    once = true;
  }

  /// Nothing fails any more.
  void mend() {
    failing = null;
  }

  /// Buffers above this size cannot be made, whatever the device says of itself.
  void refuseBuffersAbove(long bytes) {
    mostBufferBytes = bytes;
  }

  /// Runs before every kernel.
  void beforeLaunch(Runnable action) {
    beforeLaunch = action;
  }

  /// Compiles other programs than those it is given.
  void editSources(UnaryOperator<String> editing) {
    edit = editing;
  }

  /// Devices claim this of themselves.
  void claim(int property, byte[] value) {
    claims.put(property, value);
  }

  /// As [#claim(int, byte[])], a number of 8 bytes.
  void claim(int property, long value) {
    claim(
        property, ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, value).array());
  }

  void hidePlatforms() {
    noPlatform = true;
  }

  void hideDevices() {
    noDevice = true;
  }

  /// The first platform is there twice, and nothing else; the devices of its twin claim nothing.
  void doublePlatforms() {
    twoPlatforms = true;
  }

  /// Objects that have not been released.
  long unreleased() {
    return made.get() - released.get();
  }

  /// Kernels started so far.
  long launches() {
    return launches.get();
  }

  private void pass(Call call) {
    if (call == failing && passing-- <= 0) {
      if (once) {
        failing = null;
        once = false;
      }
      throw new OpenClException(
          call + " (injected)",
          status,
          status == BUILD_FAILURE ? "status\nthe compiler's log" : "no");
    }
  }

  private <R extends Resource> R made(R resource) {
    made.incrementAndGet();
    return resource;
  }

  @Override
  public List<PlatformId> platforms() {
    List<PlatformId> found = real.platforms();
    if (noPlatform) {
      return List.of();
    }
    if (!twoPlatforms) {
      return found;
    }
    PlatformId twin = new PlatformId(found.getFirst().handle());
    twins.add(twin);
    return List.of(found.getFirst(), twin);
  }

  @Override
  public List<DeviceId> devices(PlatformId platform) {
    List<DeviceId> found = noDevice ? List.of() : real.devices(platform);
    if (twins.contains(platform)) {
      twins.addAll(found);
    }
    return found;
  }

  @Override
  public byte[] info(PlatformId platform, int property) {
    return real.info(platform, property);
  }

  @Override
  public byte[] info(DeviceId device, int property) {
    byte[] claim = twins.contains(device) ? null : claims.get(property);
    return claim == null ? real.info(device, property) : claim;
  }

  @Override
  public ContextId createContext(PlatformId platform, DeviceId device) {
    pass(Call.CREATE_CONTEXT);
    return made(real.createContext(platform, device));
  }

  @Override
  public QueueId createQueue(ContextId context, DeviceId device) {
    return made(real.createQueue(context, device));
  }

  @Override
  public MemoryId createBuffer(ContextId context, long bytes, boolean pinned) {
    pass(Call.CREATE_BUFFER);
    if (bytes > mostBufferBytes) {
      throw new OpenClException("clCreateBuffer (injected)", OUT_OF_MEMORY, "too large");
    }
    return made(real.createBuffer(context, bytes, pinned));
  }

  @Override
  public Mapping map(QueueId queue, MemoryId memory, long bytes) {
    return real.map(queue, memory, bytes);
  }

  @Override
  public void unmap(QueueId queue, Mapping mapping) {
    real.unmap(queue, mapping);
  }

  @Override
  public EventId write(
      QueueId queue, MemoryId memory, long offsetBytes, MemorySegment from, List<EventId> after) {
    pass(Call.WRITE);
    return made(real.write(queue, memory, offsetBytes, from, after));
  }

  @Override
  public EventId read(
      QueueId queue, MemoryId memory, long offsetBytes, MemorySegment to, List<EventId> after) {
    pass(Call.READ);
    return made(real.read(queue, memory, offsetBytes, to, after));
  }

  @Override
  public EventId copy(
      QueueId queue,
      MemoryId from,
      long fromOffsetBytes,
      MemoryId to,
      long toOffsetBytes,
      long bytes) {
    return made(real.copy(queue, from, fromOffsetBytes, to, toOffsetBytes, bytes));
  }

  @Override
  public EventId launch(
      QueueId queue, KernelId kernel, long[] global, long[] local, List<EventId> after) {
    beforeLaunch.run();
    pass(Call.LAUNCH);
    launches.incrementAndGet();
    return made(real.launch(queue, kernel, global, local, after));
  }

  @Override
  public ProgramId build(ContextId context, DeviceId device, String source, String options) {
    pass(Call.BUILD);
    return made(real.build(context, device, edit.apply(source), options));
  }

  @Override
  public KernelId createKernel(ProgramId program, String name) {
    return made(real.createKernel(program, name));
  }

  @Override
  public void setArgument(KernelId kernel, int place, MemoryId memory) {
    real.setArgument(kernel, place, memory);
  }

  @Override
  public void setArgument(KernelId kernel, int place, byte[] value) {
    real.setArgument(kernel, place, value);
  }

  @Override
  public long mostWorkItems(KernelId kernel, DeviceId device) {
    return real.mostWorkItems(kernel, device);
  }

  @Override
  public void flush(QueueId queue) {
    real.flush(queue);
  }

  @Override
  public void finish(QueueId queue) {
    real.finish(queue);
  }

  @Override
  public void await(EventId event) {
    pass(Call.AWAIT);
    real.await(event);
  }

  @Override
  public boolean isEnded(EventId event) {
    return real.isEnded(event);
  }

  @Override
  public EventId retain(EventId event) {
    return made(real.retain(event));
  }

  @Override
  public long nanos(EventId event) {
    return real.nanos(event);
  }

  @Override
  public void release(Resource resource) {
    released.incrementAndGet();
    real.release(resource);
  }
}
