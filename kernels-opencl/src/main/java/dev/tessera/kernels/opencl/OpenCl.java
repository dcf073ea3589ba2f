package dev.tessera.kernels.opencl;

import static org.jocl.CL.CL_DEVICE_NAME;
import static org.jocl.CL.CL_DEVICE_NOT_FOUND;
import static org.jocl.CL.CL_DEVICE_TYPE_ALL;
import static org.jocl.CL.CL_SUCCESS;

import dev.tessera.kernel.KernelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/// The OpenCL calls that this project makes, with checked return codes; nothing else touches JOCL.
final class OpenCl {
  /// What `clGetPlatformIDs` of an installable-client loader says when no driver is installed
  /// (`CL_PLATFORM_NOT_FOUND_KHR`).
  private static final int PLATFORM_NOT_FOUND = -1001;

  private OpenCl() {}

  /// The names of all devices of all platforms.
  ///
  /// @throws LinkageError if there is no OpenCL library
  /// @throws KernelException if the library fails
  static List<String> deviceNames() {
    List<String> names = new ArrayList<>();
    for (cl_platform_id platform : platforms()) {
      for (cl_device_id device : devices(platform)) {
        names.add(name(device));
      }
    }
    return names;
  }

  private static cl_platform_id[] platforms() {
    int[] count = new int[1];
    int status;
    try {
      status = CL.clGetPlatformIDs(0, null, count);
    } catch (CLException e) { // where the host application has switched JOCL's exceptions on
      status = e.getStatus();
    }
    if (status == PLATFORM_NOT_FOUND) {
      return new cl_platform_id[0];
    }
    check("clGetPlatformIDs", status);
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    if (count[0] > 0) {
      check("clGetPlatformIDs", CL.clGetPlatformIDs(count[0], platforms, null));
    }
    return platforms;
  }

  private static cl_device_id[] devices(cl_platform_id platform) {
    int[] count = new int[1];
    int status;
    try {
      status = CL.clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, null, count);
    } catch (CLException e) {
      status = e.getStatus();
    }
    if (status == CL_DEVICE_NOT_FOUND) {
      return new cl_device_id[0];
    }
    check("clGetDeviceIDs", status);
    cl_device_id[] devices = new cl_device_id[count[0]];
    if (count[0] > 0) {
      check(
          "clGetDeviceIDs",
          CL.clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count[0], devices, null));
    }
    return devices;
  }

  private static String name(cl_device_id device) {
    long[] sizeBytes = new long[1];
    check("clGetDeviceInfo", CL.clGetDeviceInfo(device, CL_DEVICE_NAME, 0, null, sizeBytes));
    byte[] text = new byte[Math.toIntExact(sizeBytes[0])];
    check(
        "clGetDeviceInfo",
        CL.clGetDeviceInfo(device, CL_DEVICE_NAME, text.length, Pointer.to(text), null));
    int length = text.length;
    while (length > 0 && text[length - 1] == 0) {
      length--;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8).strip();
  }

  private static void check(String call, int status) {
    if (status != CL_SUCCESS) {
      throw new KernelException(call + " failed: " + CL.stringFor_errorCode(status));
    }
  }
}
