package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.KernelProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class OpenClProviderTest {
  @Test
  @Tag("opencl")
  void aDeviceIsFoundAndTheProviderSaysThatKernelsAreMissing() {
    Availability.Unavailable answer = (Availability.Unavailable) new OpenClProvider().probe();
    assertThat(answer.reason())
        .as("no OpenCL device: apt-get install pocl-opencl-icd, or pass -Dopencl=off")
        .startsWith("this version has no OpenCL kernels yet (devices: ");
    assertThat(answer.fix()).isEqualTo("use simd");
  }

  @Test
  void theProviderIsFoundAndAskingForItSaysWhyItCannotServe() {
    assertThat(Backends.discover()).extracting(KernelProvider::name).contains("opencl");
    assertThatThrownBy(() -> Backends.open("opencl", BackendOptions.defaults()))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("opencl is unavailable: ");
  }
}
