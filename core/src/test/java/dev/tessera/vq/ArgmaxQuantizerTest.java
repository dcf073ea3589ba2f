package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ArgmaxQuantizerTest {
  private final Backends backends = Backends.open("scalar", new BackendOptions(2));
  private final ArgmaxQuantizer strict = ArgmaxQuantizer.of(backends, NanPolicy.ERROR);
  private final ArgmaxQuantizer skipping = ArgmaxQuantizer.of(backends, NanPolicy.SKIP);

  @AfterEach
  void close() {
    backends.close();
  }

  @Test
  void channelsAreTorchs() {
    FloatTensor logits = FloatTensor.of(Fixtures.floats("channels").segment(), 2, 11, 12);
    assertThat(strict.encodeChannels(logits).toArray())
        .isEqualTo(Fixtures.ids("channels_ids").toArray());
  }

  @Test
  void channelsFirstAndLastAgreeOverManyBlocks() {
    Random random = new Random(3);
    int images = 3;
    int channels = 19;
    int pixels = 2500; // blocks of 1024, and a rest
    FloatTensor first = FloatTensor.allocate(images, channels, pixels);
    FloatMatrix last = FloatMatrix.allocate((long) images * pixels, channels);
    for (int image = 0; image < images; image++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int k = 0; k < channels; k++) {
          float value = random.nextInt(200) == 0 ? Float.NaN : random.nextInt(6); // ties
          first.set(image, k, pixel, value);
          last.set((long) image * pixels + pixel, k, value);
        }
      }
    }
    TokenIds ids = skipping.encodeChannels(first);
    assertThat(ids.rows()).isEqualTo(images);
    assertThat(ids.columns()).isEqualTo(pixels);
    int[] byRow = skipping.encode(last).toArray();
    assertThat(ids.toArray()).as("seed 3").isEqualTo(byRow);
    for (int row = 0; row < byRow.length; row++) {
      assertThat(byRow[row]).as("row %d, seed 3", row).isEqualTo(definition(last, row));
    }
  }

  private static int definition(FloatMatrix logits, int row) {
    int best = 0;
    for (int k = 0; k < logits.columns(); k++) {
      if (Float.isNaN(logits.get(row, k))) {
        return -1;
      }
      if (logits.get(row, k) > logits.get(row, best)) {
        best = k;
      }
    }
    return best;
  }

  @Test
  void infinitiesAreNumbersAndNegativeZeroIsZero() {
    float inf = Float.POSITIVE_INFINITY;
    FloatMatrix logits =
        FloatMatrix.of(new float[] {-inf, -inf, -inf, 1, inf, inf, -0.0f, 0, -1}, 3, 3);
    assertThat(strict.encode(logits).toArray()).containsExactly(0, 1, 0);
  }

  @Test
  void aNanIsNamed() {
    FloatMatrix logits = FloatMatrix.of(new float[] {1, 2, 3, Float.NaN, 9, 1}, 3, 2);
    assertThat(skipping.encode(logits).toArray()).containsExactly(1, -1, 0);
    assertThatThrownBy(() -> strict.encode(logits)).hasMessageContaining("row 1 holds a NaN");
    FloatTensor images = FloatTensor.of(logits.segment(), 1, 3, 2);
    assertThatThrownBy(() -> strict.encodeChannels(images))
        .hasMessageContaining("pixel 1 of image 0 holds a NaN");
    assertThatThrownBy(() -> strict.encode(FloatMatrix.allocate(1, 0)))
        .hasMessage("logits need at least 1 class, not 0");
    assertThat(strict.encode(FloatMatrix.allocate(0, 4)).rows()).isZero();
  }
}
