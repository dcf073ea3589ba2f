package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.DeviceId;
import dev.tessera.kernels.opencl.OpenCl.PlatformId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A device, by what it says of itself; drivers have been seen to promise more than they keep, so
/// that whoever relies on a limit must cope with its being wrong.
///
/// @param index its place among all devices of all platforms, from 0
/// @param version of OpenCL and of the driver
/// @param computeUnits multiprocessors or cores
/// @param clockMegahertz the highest clock rate
/// @param memoryBytes global memory
/// @param mostBufferBytes the largest buffer
/// @param localBytes local memory of a work-group
/// @param mostWorkItems the most work-items of a work-group, in one dimension
/// @param fp64 whether it computes in float64, fused multiply-add and denormals included
/// @param exactFloats whether float32 has rounding to nearest, denormals, infinities and a
///   correctly rounded fused multiply-add
/// @param exactDivision whether float32 division can be had correctly rounded
/// @param unusable why it cannot be used at all, or null
record Device(
    int index,
    PlatformId platform,
    DeviceId id,
    String platformName,
    String name,
    Kind kind,
    String version,
    int computeUnits,
    int clockMegahertz,
    long memoryBytes,
    long mostBufferBytes,
    long localBytes,
    long mostWorkItems,
    boolean fp64,
    boolean exactFloats,
    boolean exactDivision,
    @Nullable String unusable) {

  /// What computes.
  enum Kind {
    /// A processor: `simd` serves there, so `auto` never takes it.
    CPU("CPU"),
    /// Neither processor nor GPU.
    ACCELERATOR("accelerator"),
    /// A GPU.
    GPU("GPU");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  // Properties and bits, by their numbers in the OpenCL specification.
  private static final int PLATFORM_NAME = 0x0902;
  private static final int TYPE = 0x1000;
  private static final int COMPUTE_UNITS = 0x1002;
  private static final int WORK_GROUP_SIZE = 0x1004;
  private static final int WORK_ITEM_SIZES = 0x1005;
  private static final int CLOCK = 0x100C;
  private static final int LARGEST_BUFFER = 0x1010;
  private static final int SINGLE_CONFIG = 0x101B;
  private static final int MEMORY = 0x101F;
  private static final int LOCAL_MEMORY = 0x1023;
  private static final int LITTLE_ENDIAN = 0x1026;
  private static final int AVAILABLE = 0x1027;
  private static final int COMPILER_AVAILABLE = 0x1028;
  private static final int NAME = 0x102B;
  private static final int VERSION = 0x102F;
  private static final int DRIVER_VERSION = 0x102D;
  private static final int EXTENSIONS = 0x1030;
  private static final int DOUBLE_CONFIG = 0x1032;
  private static final long TYPE_GPU = 1 << 2;
  private static final long TYPE_CPU = 1 << 1;
  private static final long DENORMALS = 1;
  private static final long INFINITIES = 1 << 1;
  private static final long ROUND_TO_NEAREST = 1 << 2;
  private static final long FUSED = 1 << 5;
  private static final long EXACT_DIVISION = 1 << 7;
  private static final long EXACT = DENORMALS | INFINITIES | ROUND_TO_NEAREST | FUSED;

  /// Asks a device for everything.
  static Device of(OpenCl cl, PlatformId platform, DeviceId id, int index) {
    long single = number(cl, id, SINGLE_CONFIG);
    boolean doubles =
        Arrays.asList(JoclCalls.text(cl.info(id, EXTENSIONS)).split("\\s+")).contains("cl_khr_fp64")
            && (number(cl, id, DOUBLE_CONFIG) & EXACT) == EXACT;
    return new Device(
        index,
        platform,
        id,
        JoclCalls.text(cl.info(platform, PLATFORM_NAME)),
        JoclCalls.text(cl.info(id, NAME)),
        kind(number(cl, id, TYPE)),
        JoclCalls.text(cl.info(id, VERSION))
            + ", driver "
            + JoclCalls.text(cl.info(id, DRIVER_VERSION)),
        (int) number(cl, id, COMPUTE_UNITS),
        (int) number(cl, id, CLOCK),
        number(cl, id, MEMORY),
        number(cl, id, LARGEST_BUFFER),
        number(cl, id, LOCAL_MEMORY),
        Math.min(number(cl, id, WORK_GROUP_SIZE), number(cl, id, WORK_ITEM_SIZES)),
        doubles,
        (single & EXACT) == EXACT,
        (single & EXACT_DIVISION) != 0,
        unusable(cl, id));
  }

  private static @Nullable String unusable(OpenCl cl, DeviceId id) {
    if (number(cl, id, AVAILABLE) == 0) {
      return "it says that it is not available";
    }
    if (number(cl, id, COMPILER_AVAILABLE) == 0) {
      return "its driver has no compiler";
    }
    if ((number(cl, id, LITTLE_ENDIAN) == 0)
        == (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN)) {
      return "its byte order is not the host's";
    }
    return null;
  }

  private static Kind kind(long type) {
    if ((type & TYPE_GPU) != 0) {
      return Kind.GPU;
    }
    return (type & TYPE_CPU) != 0 ? Kind.CPU : Kind.ACCELERATOR;
  }

  /// A property of 4 or 8 bytes; the first number of a list; 0 where the device knows none.
  private static long number(OpenCl cl, DeviceId id, int property) {
    byte[] value = cl.info(id, property);
    ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    if (value.length >= Long.BYTES) {
      return buffer.getLong(0);
    }
    return value.length == Integer.BYTES ? Integer.toUnsignedLong(buffer.getInt(0)) : 0;
  }

  /// All devices of all platforms, in the order in which OpenCL lists them.
  ///
  /// @throws LinkageError if there is no OpenCL library
  /// @throws OpenClException if the library fails
  static List<Device> all(OpenCl cl) {
    List<Device> devices = new java.util.ArrayList<>();
    for (PlatformId platform : cl.platforms()) {
      for (DeviceId id : cl.devices(platform)) {
        devices.add(of(cl, platform, id, devices.size()));
      }
    }
    return List.copyOf(devices);
  }

  /// The larger, the better a device is expected to do: multiprocessors times clock rate.
  private double speed() {
    return (double) computeUnits * Math.max(1, clockMegahertz);
  }

  /// Fused steps a second that may be expected of it before anything has been measured: on the safe
  /// side, a chunk being measured by it.
  double termsPerSecond() {
    double perUnitAndCycle = kind == Kind.CPU ? 1 : 32;
    return speed() * 1e6 * perUnitAndCycle;
  }

  /// Whether this device is the better choice where nobody asks for one.
  boolean isBetterThan(Device other) {
    if ((unusable == null) != (other.unusable == null)) {
      return unusable == null;
    }
    if (kind != other.kind) {
      return kind.compareTo(other.kind) > 0;
    }
    return speed() != other.speed() ? speed() > other.speed() : memoryBytes > other.memoryBytes;
  }

  /// As in `NVIDIA H200 (GPU, 132 compute units, 139.7 GiB)`.
  @Override
  public String toString() {
    return "%s (%s, %d compute units, %.1f GiB)"
        .formatted(name, kind, computeUnits, memoryBytes / (double) (1L << 30));
  }
}
