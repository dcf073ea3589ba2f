package dev.tessera.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a device says of itself, property by property.
final class DeviceLimits {
  private DeviceLimits() {}

  private enum Form {
    TEXT,
    NUMBER,
    BITS
  }

  private record Property(String name, int number, Form form) {}

  private static final Property[] PROPERTIES = {
    new Property("name", 0x102B, Form.TEXT),
    new Property("vendor", 0x102C, Form.TEXT),
    new Property("driver version", 0x102D, Form.TEXT),
    new Property("OpenCL version", 0x102F, Form.TEXT),
    new Property("OpenCL C version", 0x103D, Form.TEXT),
    new Property("compute units", 0x1002, Form.NUMBER),
    new Property("clock, MHz", 0x100C, Form.NUMBER),
    new Property("global memory, bytes", 0x101F, Form.NUMBER),
    new Property("global cache, bytes", 0x101E, Form.NUMBER),
    new Property("largest buffer, bytes", 0x1010, Form.NUMBER),
    new Property("local memory, bytes", 0x1023, Form.NUMBER),
    new Property("most work-items of a work-group", 0x1004, Form.NUMBER),
    new Property("most parameter bytes", 0x1017, Form.NUMBER),
    new Property("single precision", 0x101B, Form.BITS),
    new Property("double precision", 0x1032, Form.BITS),
    new Property("base address alignment, bits", 0x1019, Form.NUMBER),
    new Property("profiling timer, ns", 0x1025, Form.NUMBER),
    new Property("unified memory", 0x1035, Form.NUMBER),
    new Property("extensions", 0x1030, Form.TEXT),
    // cl_nv_device_attribute_query
    new Property("NVIDIA compute capability, major", 0x4000, Form.NUMBER),
    new Property("NVIDIA compute capability, minor", 0x4001, Form.NUMBER),
    new Property("NVIDIA registers of a work-group", 0x4002, Form.NUMBER),
    new Property("NVIDIA warp", 0x4003, Form.NUMBER),
  };

  /// By name; what the device does not know is left out.
  static Map<String, Object> of(OpenCl calls, Device device) {
    Map<String, Object> limits = new LinkedHashMap<>();
    for (Property property : PROPERTIES) {
      byte[] value;
      try {
        value = calls.info(device.id(), property.number());
      } catch (OpenClException e) {
        continue;
      }
      if (property.form() == Form.TEXT) {
        limits.put(property.name(), JoclCalls.text(value));
      } else if (value.length == Integer.BYTES || value.length == Long.BYTES) {
        ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        long number =
            value.length == Long.BYTES
                ? buffer.getLong(0)
                : Integer.toUnsignedLong(buffer.getInt(0));
        limits.put(
            property.name(),
            property.form() == Form.BITS ? "0x" + Long.toHexString(number) : number);
      }
    }
    return limits;
  }
}
