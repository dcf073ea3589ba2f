package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MultiHeadQuantizerTest {
  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void idsAndCodewordsAreNumpys() {
    List<Codebook> heads = Fixtures.codebooks("heads_codes");
    try (MultiHeadQuantizer quantizer = tessera.multiHead(heads, QuantizerOptions.of(Metric.DOT))) {
      TokenIds ids = quantizer.encode(Fixtures.floats("heads_x"));
      assertThat(ids.toArray()).isEqualTo(Fixtures.ids("heads_ids").toArray());
      assertThat(quantizer.decode(ids).toArray())
          .isEqualTo(Fixtures.floats("heads_concat").toArray());
      assertThat(quantizer.heads()).isEqualTo(heads);
    }
  }

  @Test
  void headsThatShareACodebookAreRowsOfItsQuantizer() {
    Codebook shared = Fixtures.codebooks("heads_codes").get(2);
    FloatMatrix x = Fixtures.floats("heads_x");
    FloatMatrix rows = FloatMatrix.of(x.toArray(), 120, 5);
    for (Metric metric : Metric.values()) {
      QuantizerOptions options = QuantizerOptions.of(metric);
      try (MultiHeadQuantizer heads = tessera.multiHead(Collections.nCopies(4, shared), options);
          Quantizer single = tessera.quantizer(shared, options)) {
        TokenIds ids = heads.encode(x);
        assertThat(ids.toArray()).isEqualTo(single.encode(rows).toArray());
        assertThat(heads.decode(ids).toArray())
            .isEqualTo(single.decode(single.encode(rows)).toArray());
      }
    }
  }

  @Test
  void normalisedCodesAreReturnedWhereThatIsAskedForAndIdsStay() {
    List<Codebook> heads = Fixtures.codebooks("heads_codes");
    FloatMatrix x = Fixtures.floats("heads_x");
    QuantizerOptions dot = QuantizerOptions.of(Metric.DOT);
    try (MultiHeadQuantizer stored = tessera.multiHead(heads, dot);
        MultiHeadQuantizer unit = tessera.multiHead(heads, dot.withNormalizedCodes())) {
      TokenIds ids = unit.encode(x);
      assertThat(ids.toArray()).isEqualTo(stored.encode(x).toArray());
      FloatMatrix second = unit.decode(ids).sliceColumns(5, 10);
      assertThat(second.toArray())
          .isEqualTo(heads.get(1).normalized().gather(ids.sliceColumns(1, 2)).toArray());
    }
  }

  @Test
  void onlyTheHeadWithANanHasNoId() {
    List<Codebook> heads = Fixtures.codebooks("heads_codes");
    FloatMatrix x = FloatMatrix.of(Fixtures.floats("heads_x").toArray(), 30, 20);
    x.set(3, 7, Float.NaN);
    try (MultiHeadQuantizer strict = tessera.multiHead(heads, QuantizerOptions.L2);
        MultiHeadQuantizer lenient =
            tessera.multiHead(heads, QuantizerOptions.L2.withNanPolicy(NanPolicy.SKIP))) {
      TokenIds ids = lenient.encode(x);
      assertThat(ids.get(3, 1)).isEqualTo(-1);
      assertThat(ids.get(3, 0)).isNotNegative();
      assertThatThrownBy(() -> strict.encode(x))
          .hasMessageContaining("row 3 holds NaN in column 7");
      assertThatThrownBy(() -> lenient.decode(ids))
          .hasMessage("row 3 has the id -1 in column 1, which is outside [0, 9)");
    }
  }

  @Test
  void badInputIsNamed() {
    List<Codebook> heads = Fixtures.codebooks("heads_codes");
    try (MultiHeadQuantizer quantizer = tessera.multiHead(heads, QuantizerOptions.L2)) {
      assertThatThrownBy(() -> quantizer.encode(FloatMatrix.allocate(2, 5)))
          .hasMessage("the vectors have 5 columns, 4 heads of 5 columns need 20");
      assertThatThrownBy(() -> quantizer.decode(TokenIds.allocate(2, 3)))
          .hasMessage("the ids have 3 columns, there are 4 heads");
    }
  }
}
