package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/// `--device` and `--device-memory`.
final class DeviceOptionTest {
  @TempDir private Path folder;

  private Path vectors = Path.of("");
  private Path codebook = Path.of("");

  @BeforeEach
  void writeInputs() throws IOException {
    vectors = Vectors.write(folder.resolve("vectors.npy"), Vectors.random(1, 3000, 12));
    codebook = Vectors.write(folder.resolve("codebook.npy"), Vectors.random(2, 50, 12));
  }

  private CommandRun quantize(Path output, Object... more) {
    Object[] common = {"quantize", vectors, "--codebook", codebook, "--output", output};
    Object[] all = new Object[common.length + more.length];
    System.arraycopy(common, 0, all, 0, common.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return CommandRun.of(all);
  }

  @Test
  @Tag("opencl")
  void aDeviceMeansOpenClAndTheIdsAreTheSame() throws IOException {
    Path scalar = folder.resolve("scalar.npy");
    Path device = folder.resolve("device.npy");
    assertThat(quantize(scalar, "--backend", "scalar").status()).isZero();
    CommandRun run = quantize(device, "--device", "0", "--device-memory", "64K", "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("\"backends\":[{\"name\":\"opencl\"");
    assertThat(device).hasSameBinaryContentAs(scalar);
  }

  @Test
  @Tag("opencl")
  void aDeviceThatFitsNothingIsAnErrorThatListsTheDevices() {
    CommandRun run = quantize(folder.resolve("ids.npy"), "--device", "no such device");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("--device: OpenCL has not a device named `no such device`; it has 0: ");
    assertThat(folder.resolve("ids.npy")).doesNotExist();
  }

  @Test
  @Tag("opencl")
  void tooLittleMemoryIsAnErrorWithBothNumbers() {
    CommandRun run =
        quantize(folder.resolve("ids.npy"), "--backend", "opencl", "--device-memory", "100");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains(" bytes of device memory at least, there are ");
    assertThat(Files.exists(folder.resolve("ids.npy"))).isFalse();
  }

  @Test
  void aDeviceIsForOpenClAlone() {
    CommandRun run = quantize(folder.resolve("ids.npy"), "--backend", "scalar", "--device", "0");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--device is for the backend opencl, not for scalar");
  }

  @ParameterizedTest
  @CsvSource({"1,1", "256M,268435456", "1.5g,1610612736", "64 KiB,65536", "2TB,2199023255552"})
  void sizesAreRead(String text, long bytes) {
    assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1X", "0", "9999999T"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> new ByteSize().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
