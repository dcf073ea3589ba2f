package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorLocationTest {

  @ParameterizedTest
  @CsvSource({
    "x.npy, x.npy,",
    "a.npz/x.NPY, a.npz/x.NPY,",
    "x.npz, x.npz,",
    "x.npz:w, x.npz, w",
    "x.Npz:a/b.npz:c, x.Npz, a/b.npz:c",
    "model.safetensors:encoder.layers.0.weight, model.safetensors, encoder.layers.0.weight",
    "m.safetensors:x.npz:y, m.safetensors, x.npz:y",
    "x.npz:m.safetensors:y, x.npz, m.safetensors:y",
    "C:\\data\\x.npz:w, C:\\data\\x.npz, w",
    "x.pth:w, x.pth, w",
    "pytorch_model.bin:a.b, pytorch_model.bin, a.b",
    "x.ckpt:state_dict.w, x.ckpt, state_dict.w",
    "C:\\data\\x.npy, C:\\data\\x.npy,",
    "x.npz:, x.npz, ''"
  })
  void splitsFileAndName(String text, String file, String name) {
    TensorLocation location = TensorLocation.parse(text);
    assertThat(location.file()).isEqualTo(Path.of(file));
    assertThat(location.name()).isEqualTo(name);
    assertThat(location).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "x.txt", "npy", "x.txt:w", "x.npy.gz"})
  void refusesOtherExtensions(String text) {
    assertThatThrownBy(() -> TensorLocation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected FILE.npy, FILE.npz:NAME, FILE.safetensors:NAME or FILE.pt:NAME, found '"
                + text
                + "'");
  }

  @Test
  void refusesANameBehindAnNpy() {
    assertThatThrownBy(() -> TensorLocation.parse("x.npy:w"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x.npy holds one tensor without a name: leave ':w' out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"f4.npy", "stored.npz:x", "deflated.npz:x", "written.safetensors:codebook"})
  void opensEachFormat(String text) throws IOException {
    String path = Fixtures.path("f4.npy").resolveSibling(text.split(":")[0]).toString();
    String location = path + text.substring(text.split(":")[0].length());
    assertThat(TensorLocation.parse(location).open().floats().toArray())
        .isEqualTo(Fixtures.matrix(5.5));
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = TensorLocation.parse(location).open(arena);
      assertThat(tensor.floats().get(2, 3)).isEqualTo(17.5f);
      assertThat(tensor.source()).isEqualTo(location);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "written.safetensors"})
  void listsTheNamesWhereNoneIsGiven(String file) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> new TensorLocation(Fixtures.path(file), null).open())
        .withMessageContaining("'ids'")
        .withMessageEndingWith(file + ":NAME; found none");
  }
}
