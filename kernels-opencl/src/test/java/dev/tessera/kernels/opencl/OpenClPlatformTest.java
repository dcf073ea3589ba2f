package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.jocl.CL;
import org.jocl.CLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A machine without OpenCL fails here, with one line that says how to get it, rather than pass
/// without having tested anything.
@Tag("opencl")
final class OpenClPlatformTest {
  private static final String CURE =
      "no OpenCL platform: install the package pocl-opencl-icd (with ocl-icd-libopencl1),"
          + " or leave these tests out with -Dopencl=off";

  @Test
  void thereIsAPlatformToTestOn() {
    int[] platforms = {0};
    try {
      CL.clGetPlatformIDs(0, null, platforms);
    } catch (LinkageError | CLException e) {
      fail(CURE, e);
    }
    assertThat(platforms[0]).as(CURE).isPositive();
  }
}
