/// Tokenization kernels: the API, the scalar specification, formats, tokenizers and recipes.
@SuppressWarnings("module") // the modules that the qualified exports name are built later
module dev.tessera.core {
  requires com.fasterxml.jackson.core;
  requires static org.jspecify;

  exports dev.tessera;
  exports dev.tessera.graph;
  exports dev.tessera.io;
  exports dev.tessera.kernel;
  exports dev.tessera.nn;
  exports dev.tessera.recipe;
  exports dev.tessera.sequence;
  exports dev.tessera.tensor;
  exports dev.tessera.text;
  exports dev.tessera.vq;
  exports dev.tessera.internal.bpe to
      dev.tessera.kernels.opencl,
      dev.tessera.kernels.simd;
  exports dev.tessera.internal.linear to
      dev.tessera.kernels.opencl,
      dev.tessera.kernels.simd;
  exports dev.tessera.internal.split to
      dev.tessera.kernels.simd;
  exports dev.tessera.internal.unicode to
      dev.tessera.kernels.simd;
  exports dev.tessera.internal.screen to
      dev.tessera.kernels.opencl,
      dev.tessera.kernels.simd;

  uses dev.tessera.kernel.KernelProvider;

  provides dev.tessera.kernel.KernelProvider with
      dev.tessera.internal.scalar.ScalarProvider;
}
