/// Tokenization kernels: the API, the scalar specification, formats, tokenizers and recipes.
module dev.tessera.core {
  requires com.fasterxml.jackson.core;
  requires static org.jspecify;

  exports dev.tessera;
  exports dev.tessera.io;
  exports dev.tessera.kernel;
  exports dev.tessera.tensor;
  exports dev.tessera.vq;

  uses dev.tessera.kernel.KernelProvider;

  provides dev.tessera.kernel.KernelProvider with
      dev.tessera.internal.scalar.ScalarProvider;
}
