package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Availability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine with an OpenCL loader and no driver: the loader is told of an empty folder, in a
/// process of its own, as it looks once.
@Tag("opencl")
final class NoPlatformTest {
  @TempDir private Path empty;

  /// Prints what the probe says.
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) {
      Availability answer = new OpenClProvider().probe();
      System.out.println(answer);
    }
  }

  @Test
  void theProbeSaysThatThereIsNoPlatformAndWhatToInstall()
      throws IOException, InterruptedException {
    String output = FreshJvm.output(Probe.class, Map.of("OCL_ICD_VENDORS", empty.toString()));
    assertThat(output)
        .contains(
            "Unavailable[reason=there is no OpenCL platform, fix=install a GPU's OpenCL driver",
            "set OCL_ICD_VENDORS=libnvidia-opencl.so.1), or `apt-get install pocl-opencl-icd` for"
                + " the processor]");
  }
}
