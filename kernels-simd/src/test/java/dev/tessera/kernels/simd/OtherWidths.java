package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Vectors of another width beside the kernels' own, as other code of an application has them:
/// where C2 does not know a vector's class, it prepares for the two that it saw, and kernels must
/// not depend on that. (With more than two it does not guess.)
final class OtherWidths {
  private static final int CALLS = 20_000;
  private static final List<VectorShape> SHAPES =
      List.of(VectorShape.S_64_BIT, Lanes.INTS.vectorShape());

  private OtherWidths() {}

  /// Runs the operations that kernels use, in turns of widths, until they are compiled.
  static void use() {
    int sum = 0;
    for (int call = 0; call < CALLS; call++) {
      for (VectorShape shape : SHAPES) {
        sum += use(VectorSpecies.of(float.class, shape), VectorSpecies.of(int.class, shape));
      }
    }
    assertThat(sum).isEqualTo(CALLS * SHAPES.size());
  }

  private static int use(VectorSpecies<Float> floats, VectorSpecies<Integer> ints) {
    FloatVector two = FloatVector.broadcast(floats, 2);
    two = two.fma(FloatVector.zero(floats), two);
    two = two.add(two).mul(two).sub(two).div(3).max(two).min(two);
    VectorMask<Integer> none = two.compare(VectorOperators.NE, two).cast(ints);
    IntVector bits = two.reinterpretAsInts();
    IntVector odd = bits.lanewise(VectorOperators.LSHR, 30).and(1).or(0);
    IntVector shifted = odd.lanewise(VectorOperators.LSHL, 4).add(odd).sub(odd).max(odd);
    IntVector same = bits.add(shifted).add(-16).blend(0, none).and(-1);
    return same.reinterpretAsFloats().compare(VectorOperators.EQ, two).anyTrue() ? 1 : 0;
  }
}
