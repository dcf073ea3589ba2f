package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SimdProbeTest {
  private static final String MAIN = ProbePrinter.class.getName();

  @Test
  void withoutTheModuleTheScalarBackendServesAndTheFlagIsNamed() {
    JavaProcess run = JavaProcess.runPlain("-cp", JavaProcess.classPath(), MAIN);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("the module jdk.incubator.vector is not there")
        .contains("--add-modules jdk.incubator.vector")
        .contains("first: scalar");
    assertThat(run.err()).contains("simd is unavailable: the module jdk.incubator.vector");
  }

  @Test
  void anInterpreterIsRefused() {
    JavaProcess run = JavaProcess.run("-Xint", "-cp", JavaProcess.classPath(), MAIN);
    assertThat(run.out()).contains("only interprets").contains("first: scalar");
  }

  @Test
  void aJvmWithoutC2IsRefused() {
    JavaProcess run =
        JavaProcess.run("-XX:TieredStopAtLevel=1", "-cp", JavaProcess.classPath(), MAIN);
    assertThat(run.out()).contains("the C2 compiler is off").contains("first: scalar");
    JavaProcess level3 =
        JavaProcess.run("-XX:TieredStopAtLevel=3", "-cp", JavaProcess.classPath(), MAIN);
    assertThat(level3.out()).contains("the C2 compiler is off").contains("first: scalar");
  }

  @Test
  void aProcessorWithoutFusedMultiplyAddIsRefused() {
    JavaProcess run = JavaProcess.run("-XX:-UseFMA", "-cp", JavaProcess.classPath(), MAIN);
    assertThat(run.out()).contains("no fused multiply-add").contains("first: scalar");
  }

  @Test
  void withTheModuleSimdServes() {
    JavaProcess run = JavaProcess.run("-cp", JavaProcess.classPath(), MAIN);
    assertThat(run.out()).contains("-bit vectors").contains("first: simd");
  }
}
