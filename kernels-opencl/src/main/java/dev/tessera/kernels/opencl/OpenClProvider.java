package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import java.util.List;

/// The OpenCL backend's provider. It looks for platforms and devices and says what it finds; as
/// this version has no OpenCL kernels, it is never available.
public final class OpenClProvider implements KernelProvider {
  /// For `ServiceLoader`.
  public OpenClProvider() {}

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public int priority() {
    return 20;
  }

  @Override
  public Availability probe() {
    List<String> devices;
    try {
      devices = OpenCl.deviceNames();
    } catch (LinkageError e) {
      return new Availability.Unavailable(
          "the library libOpenCL does not load (" + e.getMessage() + ")",
          "install an OpenCL loader, as in `apt-get install ocl-icd-libopencl1`");
    } catch (KernelException e) {
      return new Availability.Unavailable(
          String.valueOf(e.getMessage()), "install or mend the driver of the OpenCL device");
    }
    if (devices.isEmpty()) {
      return new Availability.Unavailable(
          "no OpenCL platform has a device",
          "install a GPU's OpenCL driver, or `apt-get install pocl-opencl-icd` for the processor");
    }
    return new Availability.Unavailable(
        "this version has no OpenCL kernels yet (devices: " + String.join(", ", devices) + ")",
        "use simd");
  }

  @Override
  public Backend open(BackendOptions options) {
    throw new KernelException("this version has no OpenCL kernels yet");
  }
}
