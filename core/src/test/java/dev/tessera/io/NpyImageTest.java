package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NpyImageTest {
  @TempDir Path folder;

  @Test
  void elementsWrittenInAnyOrderAppearWithTheFile() throws IOException {
    Path file = folder.resolve("image.npy");
    try (NpyImage image = NpyImage.create(file, ElementType.F32, 2, 3, 400_000)) {
      FloatTensor tensor = FloatTensor.of(image.elements(), 2, 3, 400_000);
      assertThat(image.elements().isMapped()).isTrue();
      assertThat(tensor.get(1, 2, 399_999)).isZero();
      tensor.set(1, 2, 399_999, 5);
      tensor.set(0, 0, 0, 7);
      assertThat(Files.exists(file)).isFalse();
      image.commit();
    }
    Tensor written = Npy.open(file);
    assertThat(written.shape()).containsExactly(2, 3, 400_000);
    assertThat(written.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(7);
    assertThat(FloatTensor.of(written.segment(), 2, 3, 400_000).get(1, 2, 399_999)).isEqualTo(5);
    assertThat(Fixtures.names(folder)).containsExactly("image.npy");
  }

  @Test
  void withoutACommitNothingStays() throws IOException {
    try (NpyImage image = NpyImage.create(folder.resolve("image.npy"), ElementType.F32, 0, 3)) {
      assertThat(image.elements().byteSize()).isZero();
    }
    assertThat(Fixtures.names(folder)).isEmpty();
    assertThatThrownBy(() -> NpyImage.create(folder.resolve("no/image.npy"), ElementType.F32, 1))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> NpyImage.create(folder.resolve("image.npy"), ElementType.BF16, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Fixtures.names(folder)).isEmpty();
  }

  @Test
  void tensorsOfThreeAxesAreWrittenAsTheyAreSeen() throws IOException {
    FloatTensor tensor = FloatTensor.allocate(2, 3, 4);
    tensor.set(1, 2, 3, 9);
    Path file = folder.resolve("tensor.npy");
    for (FloatTensor seen : new FloatTensor[] {tensor, tensor.swapped()}) {
      Npy.write(file, Tensor.of(seen));
      Tensor written = Npy.open(file);
      assertThat(written.shape()).containsExactly(seen.first(), seen.second(), 4);
      assertThat(
              FloatTensor.of(written.segment(), seen.first(), seen.second(), 4)
                  .get(seen.first() - 1, seen.second() - 1, 3))
          .isEqualTo(9);
    }
  }
}
