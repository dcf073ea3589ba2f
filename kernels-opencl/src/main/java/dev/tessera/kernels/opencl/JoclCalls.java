package dev.tessera.kernels.opencl;

import static org.jocl.CL.CL_COMPLETE;
import static org.jocl.CL.CL_CONTEXT_PLATFORM;
import static org.jocl.CL.CL_DEVICE_NOT_FOUND;
import static org.jocl.CL.CL_DEVICE_TYPE_ALL;
import static org.jocl.CL.CL_EVENT_COMMAND_EXECUTION_STATUS;
import static org.jocl.CL.CL_KERNEL_WORK_GROUP_SIZE;
import static org.jocl.CL.CL_MAP_READ;
import static org.jocl.CL.CL_MAP_WRITE;
import static org.jocl.CL.CL_MEM_ALLOC_HOST_PTR;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_PROFILING_COMMAND_END;
import static org.jocl.CL.CL_PROFILING_COMMAND_START;
import static org.jocl.CL.CL_PROGRAM_BUILD_LOG;
import static org.jocl.CL.CL_QUEUE_PROFILING_ENABLE;
import static org.jocl.CL.CL_SUCCESS;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/// The calls through JOCL; nothing else touches it. Return codes are checked here, and sizes, which
/// JOCL never does. Its exceptions are a switch of the whole JVM, so they stay as the host
/// application has set them: on or off, a failure ends as an [OpenClException].
final class JoclCalls implements OpenCl {
  /// What an installable-client loader says when no driver is installed
  /// (`CL_PLATFORM_NOT_FOUND_KHR`).
  private static final int PLATFORM_NOT_FOUND = -1001;

  /// A call that reports its status beside what it returns.
  private interface Creation<T> {
    T create(int[] status);
  }

  /// A call that fills a buffer: for its size first.
  private interface Query {
    int ask(long bytes, @Nullable Pointer value, long @Nullable [] sizeBytes);
  }

  /// Loads the drivers.
  @Override
  public List<PlatformId> platforms() {
    return SignalActions.keep(JoclCalls::findPlatforms);
  }

  private static List<PlatformId> findPlatforms() {
    int[] count = new int[1];
    int status = status(() -> CL.clGetPlatformIDs(0, null, count));
    if (status == PLATFORM_NOT_FOUND || (status == CL_SUCCESS && count[0] == 0)) {
      return List.of();
    }
    check("clGetPlatformIDs", status);
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    run("clGetPlatformIDs", () -> CL.clGetPlatformIDs(platforms.length, platforms, null));
    return Arrays.stream(platforms).map(PlatformId::new).toList();
  }

  /// Has the driver set itself up.
  @Override
  public List<DeviceId> devices(PlatformId platform) {
    return SignalActions.keep(() -> findDevices(platform));
  }

  private static List<DeviceId> findDevices(PlatformId platform) {
    cl_platform_id id = (cl_platform_id) platform.handle();
    int[] count = new int[1];
    int status = status(() -> CL.clGetDeviceIDs(id, CL_DEVICE_TYPE_ALL, 0, null, count));
    if (status == CL_DEVICE_NOT_FOUND || (status == CL_SUCCESS && count[0] == 0)) {
      return List.of();
    }
    check("clGetDeviceIDs", status);
    cl_device_id[] devices = new cl_device_id[count[0]];
    run(
        "clGetDeviceIDs",
        () -> CL.clGetDeviceIDs(id, CL_DEVICE_TYPE_ALL, devices.length, devices, null));
    return Arrays.stream(devices).map(DeviceId::new).toList();
  }

  @Override
  public byte[] info(PlatformId platform, int property) {
    cl_platform_id id = (cl_platform_id) platform.handle();
    return query(
        "clGetPlatformInfo",
        (bytes, value, size) -> CL.clGetPlatformInfo(id, property, bytes, value, size));
  }

  @Override
  public byte[] info(DeviceId device, int property) {
    cl_device_id id = (cl_device_id) device.handle();
    return query(
        "clGetDeviceInfo",
        (bytes, value, size) -> CL.clGetDeviceInfo(id, property, bytes, value, size));
  }

  @Override
  public ContextId createContext(PlatformId platform, DeviceId device) {
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL_CONTEXT_PLATFORM, (cl_platform_id) platform.handle());
    cl_device_id[] devices = {(cl_device_id) device.handle()};
    return create(
        "clCreateContext",
        status -> CL.clCreateContext(properties, 1, devices, null, null, status),
        ContextId::new);
  }

  @Override
  @SuppressWarnings("deprecation") // its successor is OpenCL 2.0
  public QueueId createQueue(ContextId context, DeviceId device) {
    return create(
        "clCreateCommandQueue",
        status ->
            CL.clCreateCommandQueue(
                (cl_context) context.handle(),
                (cl_device_id) device.handle(),
                CL_QUEUE_PROFILING_ENABLE,
                status),
        QueueId::new);
  }

  @Override
  public MemoryId createBuffer(ContextId context, long bytes, boolean pinned) {
    long flags = CL_MEM_READ_WRITE | (pinned ? CL_MEM_ALLOC_HOST_PTR : 0);
    return create(
        "clCreateBuffer of " + bytes + " bytes",
        status -> CL.clCreateBuffer((cl_context) context.handle(), flags, bytes, null, status),
        MemoryId::new);
  }

  @Override
  public Mapping map(QueueId queue, MemoryId memory, long bytes) {
    return create(
        "clEnqueueMapBuffer of " + bytes + " bytes",
        status ->
            CL.clEnqueueMapBuffer(
                (cl_command_queue) queue.handle(),
                (cl_mem) memory.handle(),
                true,
                CL_MAP_READ | CL_MAP_WRITE,
                0,
                bytes,
                0,
                null,
                null,
                status),
        buffer -> new Mapping(memory, MemorySegment.ofBuffer((ByteBuffer) buffer), buffer));
  }

  @Override
  public void unmap(QueueId queue, Mapping mapping) {
    run(
        "clEnqueueUnmapMemObject",
        () ->
            CL.clEnqueueUnmapMemObject(
                (cl_command_queue) queue.handle(),
                (cl_mem) mapping.memory().handle(),
                (ByteBuffer) mapping.handle(),
                0,
                null,
                null));
  }

  @Override
  public EventId write(
      QueueId queue, MemoryId memory, long offsetBytes, MemorySegment from, List<EventId> after) {
    cl_event end = new cl_event();
    run(
        "clEnqueueWriteBuffer of " + from.byteSize() + " bytes",
        () ->
            CL.clEnqueueWriteBuffer(
                (cl_command_queue) queue.handle(),
                (cl_mem) memory.handle(),
                false,
                offsetBytes,
                from.byteSize(),
                pointer(from),
                after.size(),
                events(after),
                end));
    return new EventId(end);
  }

  @Override
  public EventId read(
      QueueId queue, MemoryId memory, long offsetBytes, MemorySegment to, List<EventId> after) {
    cl_event end = new cl_event();
    run(
        "clEnqueueReadBuffer of " + to.byteSize() + " bytes",
        () ->
            CL.clEnqueueReadBuffer(
                (cl_command_queue) queue.handle(),
                (cl_mem) memory.handle(),
                false,
                offsetBytes,
                to.byteSize(),
                pointer(to),
                after.size(),
                events(after),
                end));
    return new EventId(end);
  }

  @Override
  public EventId copy(
      QueueId queue,
      MemoryId from,
      long fromOffsetBytes,
      MemoryId to,
      long toOffsetBytes,
      long bytes) {
    cl_event end = new cl_event();
    run(
        "clEnqueueCopyBuffer of " + bytes + " bytes",
        () ->
            CL.clEnqueueCopyBuffer(
                (cl_command_queue) queue.handle(),
                (cl_mem) from.handle(),
                (cl_mem) to.handle(),
                fromOffsetBytes,
                toOffsetBytes,
                bytes,
                0,
                null,
                end));
    return new EventId(end);
  }

  @Override
  public EventId launch(
      QueueId queue, KernelId kernel, long[] global, long[] local, List<EventId> after) {
    cl_event end = new cl_event();
    run(
        "clEnqueueNDRangeKernel",
        () ->
            CL.clEnqueueNDRangeKernel(
                (cl_command_queue) queue.handle(),
                (cl_kernel) kernel.handle(),
                global.length,
                null,
                global,
                local,
                after.size(),
                events(after),
                end));
    return new EventId(end);
  }

  @Override
  public ProgramId build(ContextId context, DeviceId device, String source, String options) {
    ProgramId program =
        create(
            "clCreateProgramWithSource",
            status ->
                CL.clCreateProgramWithSource(
                    (cl_context) context.handle(), 1, new String[] {source}, null, status),
            ProgramId::new);
    cl_program id = (cl_program) program.handle();
    cl_device_id[] devices = {(cl_device_id) device.handle()};
    int status = status(() -> CL.clBuildProgram(id, 1, devices, options, null, null));
    if (status != CL_SUCCESS) {
      String log = log(id, devices[0]);
      release(program);
      throw new OpenClException(
          "clBuildProgram",
          status,
          CL.stringFor_errorCode(status) + (log.isEmpty() ? "" : "\n" + log));
    }
    return program;
  }

  private static String log(cl_program program, cl_device_id device) {
    try {
      return text(
          query(
              "clGetProgramBuildInfo",
              (bytes, value, size) ->
                  CL.clGetProgramBuildInfo(
                      program, device, CL_PROGRAM_BUILD_LOG, bytes, value, size)));
    } catch (OpenClException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public KernelId createKernel(ProgramId program, String name) {
    return create(
        "clCreateKernel of " + name,
        status -> CL.clCreateKernel((cl_program) program.handle(), name, status),
        KernelId::new);
  }

  @Override
  public void setArgument(KernelId kernel, int place, MemoryId memory) {
    setArgument(kernel, place, Sizeof.cl_mem, Pointer.to((cl_mem) memory.handle()));
  }

  @Override
  public void setArgument(KernelId kernel, int place, byte[] value) {
    setArgument(kernel, place, value.length, Pointer.to(value));
  }

  private static void setArgument(KernelId kernel, int place, long bytes, Pointer value) {
    run(
        "clSetKernelArg " + place,
        () -> CL.clSetKernelArg((cl_kernel) kernel.handle(), place, bytes, value));
  }

  @Override
  public long mostWorkItems(KernelId kernel, DeviceId device) {
    long[] most = new long[1];
    run(
        "clGetKernelWorkGroupInfo",
        () ->
            CL.clGetKernelWorkGroupInfo(
                (cl_kernel) kernel.handle(),
                (cl_device_id) device.handle(),
                CL_KERNEL_WORK_GROUP_SIZE,
                Sizeof.size_t,
                Pointer.to(most),
                null));
    return most[0];
  }

  @Override
  public void flush(QueueId queue) {
    run("clFlush", () -> CL.clFlush((cl_command_queue) queue.handle()));
  }

  @Override
  public void finish(QueueId queue) {
    run("clFinish", () -> CL.clFinish((cl_command_queue) queue.handle()));
  }

  @Override
  public void await(EventId event) {
    run("clWaitForEvents", () -> CL.clWaitForEvents(1, new cl_event[] {(cl_event) event.handle()}));
  }

  @Override
  public long nanos(EventId event) {
    return time(event, CL_PROFILING_COMMAND_END) - time(event, CL_PROFILING_COMMAND_START);
  }

  @Override
  public boolean isEnded(EventId event) {
    int[] status = new int[1];
    run(
        "clGetEventInfo",
        () ->
            CL.clGetEventInfo(
                (cl_event) event.handle(),
                CL_EVENT_COMMAND_EXECUTION_STATUS,
                Sizeof.cl_int,
                Pointer.to(status),
                null));
    return status[0] <= CL_COMPLETE; // below it, an error has ended it
  }

  @Override
  public EventId retain(EventId event) {
    run("clRetainEvent", () -> CL.clRetainEvent((cl_event) event.handle()));
    return new EventId(event.handle());
  }

  private static long time(EventId event, int moment) {
    long[] nanos = new long[1];
    run(
        "clGetEventProfilingInfo",
        () ->
            CL.clGetEventProfilingInfo(
                (cl_event) event.handle(), moment, Sizeof.cl_ulong, Pointer.to(nanos), null));
    return nanos[0];
  }

  @Override
  public void release(Resource resource) {
    int ignored =
        status(
            () ->
                switch (resource) {
                  case ContextId(Object handle) -> CL.clReleaseContext((cl_context) handle);
                  case QueueId(Object handle) ->
                      CL.clReleaseCommandQueue((cl_command_queue) handle);
                  case MemoryId(Object handle) -> CL.clReleaseMemObject((cl_mem) handle);
                  case ProgramId(Object handle) -> CL.clReleaseProgram((cl_program) handle);
                  case KernelId(Object handle) -> CL.clReleaseKernel((cl_kernel) handle);
                  case EventId(Object handle) -> CL.clReleaseEvent((cl_event) handle);
                });
  }

  /// A property in words.
  static String text(byte[] value) {
    int length = value.length;
    while (length > 0 && value[length - 1] == 0) {
      length--;
    }
    return new String(value, 0, length, StandardCharsets.UTF_8).strip();
  }

  /// A buffer's address. JOCL looks at neither position nor limit, so the slice must begin where
  /// the memory does.
  private static Pointer pointer(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("a device copies native memory, not an array");
    }
    return Pointer.to(segment.asByteBuffer());
  }

  private static cl_event @Nullable [] events(List<EventId> events) {
    return events.isEmpty()
        ? null
        : events.stream().flatMap(JoclCalls::handles).toArray(cl_event[]::new);
  }

  private static Stream<cl_event> handles(EventId event) {
    return Stream.of((cl_event) event.handle());
  }

  private static byte[] query(String call, Query query) {
    long[] sizeBytes = new long[1];
    run(call, () -> query.ask(0, null, sizeBytes));
    byte[] value = new byte[Math.toIntExact(sizeBytes[0])];
    if (value.length > 0) {
      run(call, () -> query.ask(value.length, Pointer.to(value), null));
    }
    return value;
  }

  private static <T, R> R create(String call, Creation<T> creation, Function<Object, R> wrapper) {
    int[] reported = new int[1];
    Object[] created = new Object[1];
    int status =
        status(
            () -> {
              created[0] = creation.create(reported);
              return reported[0];
            });
    check(call, status);
    return wrapper.apply(created[0]);
  }

  private static void run(String call, IntSupplier body) {
    check(call, status(body));
  }

  private static int status(IntSupplier body) {
    try {
      return body.getAsInt();
    } catch (CLException e) { // where the host application has switched JOCL's exceptions on
      return e.getStatus();
    }
  }

  private static void check(String call, int status) {
    if (status != CL_SUCCESS) {
      throw new OpenClException(call, status, CL.stringFor_errorCode(status));
    }
  }
}
