/// Kernels on the Vector API. Users need no name of this module: its backend is found as a service.
module dev.tessera.kernels.simd {
  requires dev.tessera.core;
  requires java.management;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  provides dev.tessera.kernel.KernelProvider with
      dev.tessera.kernels.simd.SimdKernelProvider;
}
