/// Kernels in OpenCL C 1.2, run through JOCL.
@NullMarked
package dev.tessera.kernels.opencl;

import org.jspecify.annotations.NullMarked;
