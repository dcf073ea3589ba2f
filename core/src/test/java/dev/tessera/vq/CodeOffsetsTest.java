package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CodeOffsetsTest {
  private static final CodeOffsets THREE = CodeOffsets.of(4, 4, 2);

  @Test
  void flatIdsAndCodesGoBothWays() {
    TokenIds codes = TokenIds.of(new int[] {0, 0, 0, 3, 2, 1, -1, 1, -1}, 3, 3);
    TokenIds flat = THREE.flatten(codes);
    assertThat(flat.toArray()).containsExactly(0, 4, 8, 3, 6, 9, -1, 5, -1);
    assertThat(THREE.unflatten(flat).toArray()).isEqualTo(codes.toArray());
    assertThat(THREE.size()).isEqualTo(10);
    assertThat(THREE.columns()).isEqualTo(3);
    assertThat(THREE.offset(2)).isEqualTo(8);
    assertThat(THREE).hasToString("CodeOffsets[0, 4, 8] of 10");
  }

  @Test
  void concatenatedCodebooksHaveTheSameOrder() {
    Codebook first = Codebook.of(FloatMatrix.of(new float[] {1, 2, 3, 4}, 2, 2));
    Codebook second = Codebook.of(FloatMatrix.of(new float[] {5, 6}, 1, 2));
    Codebook all = Codebook.concatenate(List.of(first, second));
    assertThat(all.codewords().toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> Codebook.concatenate(List.of()))
        .hasMessage("there is no codebook to concatenate");
    Codebook narrow = Codebook.of(FloatMatrix.of(new float[] {5}, 1, 1));
    assertThatThrownBy(() -> Codebook.concatenate(List.of(first, narrow)))
        .hasMessage("one codebook has 2 columns, another 1");
  }

  @Test
  void whatIsOutsideIsNamed() {
    assertThatThrownBy(() -> THREE.flatten(TokenIds.of(new int[] {0, 4, 0}, 1, 3)))
        .hasMessage("row 0 has the id 4 in column 1, which is outside [0, 4)");
    assertThatThrownBy(() -> THREE.unflatten(TokenIds.of(new int[] {0, 3, 8}, 1, 3)))
        .hasMessage("row 0 has the id 3 in column 1, which is outside [4, 8)");
    assertThatThrownBy(() -> THREE.flatten(TokenIds.of(new int[] {0, -2, 0}, 1, 3)))
        .hasMessageContaining("the id -2 in column 1");
    assertThatThrownBy(() -> THREE.flatten(TokenIds.of(new int[2], 1, 2)))
        .hasMessage("the ids have 2 columns, there are 3 codebooks");
    assertThatThrownBy(CodeOffsets::of).hasMessageContaining("at least 1 column");
    assertThatThrownBy(() -> CodeOffsets.of(3, 0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> CodeOffsets.of(1 << 30, 1 << 30))
        .hasMessage("columns 0 to 1 have 2147483648 codes, ids reach to 2147483647");
  }
}
