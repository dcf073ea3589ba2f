/// The OpenCL backend: finds devices; its kernels are not there yet, and its provider says so.
@NullMarked
package dev.tessera.kernels.opencl;

import org.jspecify.annotations.NullMarked;
