package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.PieceProbeContract;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VectorProbeTest extends PieceProbeContract {
  /// HotSpot's `FreqInlineSize`: bytes of code up to which a method that is called often becomes
  /// part of its caller.
  private static final int MOST_INLINED_BYTES = 325;

  VectorProbeTest() {
    super(new VectorProbe());
  }

  @ParameterizedTest
  @ValueSource(strings = {"find", "write"})
  void methodsAreTooLongToBecomePartOfTheirCaller(String name) throws IOException {
    try (InputStream file = VectorProbe.class.getResourceAsStream("VectorProbe.class")) {
      assertThat(file).isNotNull();
      MethodModel method =
          ClassFile.of().parse(file.readAllBytes()).methods().stream()
              .filter(some -> some.methodName().equalsString(name))
              .findFirst()
              .orElseThrow();
      CodeAttribute code = (CodeAttribute) method.code().orElseThrow();
      assertThat(code.codeLength()).isGreaterThan(MOST_INLINED_BYTES);
    }
  }

  @Test
  void isOfferedWhereVectorsGather() {
    try (Backend backend = new SimdBackend(new BackendOptions(1))) {
      assertThat(backend.probe())
          .isInstanceOf(
              VectorWidth.bits() < VectorProbe.LEAST_BITS
                  ? Offer.Declined.class
                  : Offer.Accepted.class);
    }
  }
}
