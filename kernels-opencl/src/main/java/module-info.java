/// Kernels in OpenCL C, run through JOCL. Users need no name of this module: its backend is found
/// as a service.
module dev.tessera.kernels.opencl {
  requires dev.tessera.core;
  requires jocl;
  requires static org.jspecify;

  provides dev.tessera.kernel.KernelProvider with
      dev.tessera.kernels.opencl.OpenClProvider;
}
