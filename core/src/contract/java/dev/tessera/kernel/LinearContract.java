package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.SampleLayer.Kind;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every backend's linear kernel must do: hold the bounds of [LinearKernel], computed here in
/// float64, on every kind of input, every tail, every activation, every number of threads.
/// Subclasses name the backend, and each test asserts that it is the one that ran.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LinearContract {
  private static final int[] SMALL_SIZES = {1, 2, 3, 5, 8, 15, 16, 17, 33, 64, 65, 100, 257};

  /// The steepest slope of an activation, GELU's near 1.4.
  private static final double MOST_SLOPE = 1.13;

  private final String backend;

  /// @param backend the name of the backend under test
  protected LinearContract(String backend) {
    this.backend = backend;
  }

  /// Opens the backend under test, as found; a subclass may open it otherwise.
  protected Backends open(BackendOptions options) {
    return Backends.open(backend, options);
  }

  /// One input.
  record Case(
      Kind kind,
      int n,
      int inputs,
      int outputs,
      boolean bias,
      Activation activation,
      int threads,
      long seed) {
    SampleLayer layer() {
      return SampleLayer.of(kind, n, inputs, outputs, bias, seed);
    }

    @Override
    public String toString() {
      return "%s %s n=%d in=%d out=%d bias=%s threads=%d seed=%d"
          .formatted(kind, activation, n, inputs, outputs, bias, threads, seed);
    }
  }

  List<Case> everyKindAndActivation() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {{201, 70, 171}, {33, 129, 540}, {9, 2500, 20}};
    int[] threads = {1, 2, 7};
    for (Activation activation : Activation.values()) {
      int i = activation.ordinal() % shapes.length;
      int[] shape = shapes[i];
      cases.add(
          new Case(
              Kind.RANDOM, shape[0], shape[1], shape[2], i > 0, activation, threads[i], 100 + i));
    }
    for (Kind kind : Kind.values()) {
      int i = kind.ordinal() % shapes.length;
      int[] shape = shapes[i];
      cases.add(
          new Case(kind, shape[0], shape[1], shape[2], true, Activation.NONE, threads[i], 110 + i));
    }
    for (Kind kind : Kind.values()) { // so many terms that a plain float32 sum fails
      cases.add(new Case(kind, 3, 4992, 40, true, Activation.NONE, 2, 200));
      cases.add(new Case(kind, 3, 20000, 11, false, Activation.NONE, 1, 201));
    }
    return cases;
  }

  List<Case> everyTail() {
    List<Case> cases = new ArrayList<>();
    Random random = new Random(7);
    Activation[] activations = Activation.values();
    for (int size : SMALL_SIZES) {
      for (int i = 0; i < 3; i++) {
        Activation activation = activations[random.nextInt(activations.length)];
        cases.add(
            new Case(
                Kind.RANDOM,
                i == 0 ? size : pick(random),
                i == 1 ? size : pick(random),
                i == 2 ? size : pick(random),
                random.nextBoolean(),
                activation,
                1 + i,
                size));
      }
    }
    return cases;
  }

  private static int pick(Random random) {
    return SMALL_SIZES[random.nextInt(SMALL_SIZES.length)];
  }

  @ParameterizedTest
  @MethodSource("everyKindAndActivation")
  void theBoundHolds(Case input) {
    check(input);
  }

  @ParameterizedTest
  @MethodSource("everyTail")
  void theBoundHoldsAtEveryTail(Case input) {
    check(input);
  }

  private void check(Case input) {
    SampleLayer layer = input.layer();
    LinearOperand operand = new LinearOperand(layer.weight(), layer.bias(), input.activation);
    float[] found = new float[input.n * input.outputs];
    run(
        input.threads,
        operand,
        kernel -> kernel.linear(layer.x(), FloatMatrix.of(found, input.n, input.outputs)));
    Bounds bounds = new Bounds(input, operand, layer.x());
    for (int i = 0; i < found.length; i++) {
      bounds.check(i / input.outputs, i % input.outputs, found[i]);
    }
  }

  /// What the results must be close to.
  private static final class Bounds {
    private final Object input;
    private final Activation activation;
    private final int inputs;
    private final float[] x;
    private final float[] weight;
    private final float[] bias;

    Bounds(Object input, LinearOperand operand, FloatMatrix x) {
      this.input = input;
      this.x = x.toArray();
      inputs = operand.inputs();
      activation = operand.activation();
      weight = operand.weight().toArray();
      FloatMatrix given = operand.bias();
      bias = given == null ? new float[operand.outputs()] : given.toArray();
    }

    void check(int row, int output, float found) {
      double sum = bias[output];
      double magnitudes = Math.abs(sum);
      for (int i = 0; i < inputs; i++) {
        double product = (double) x[row * inputs + i] * weight[output * inputs + i];
        sum += product;
        magnitudes += Math.abs(product);
      }
      boolean activated = activation != Activation.NONE;
      double bound =
          (activated ? MOST_SLOPE : 1) * LinearKernel.SUM_ERROR * magnitudes
              + (activated ? LinearKernel.ACTIVATION_ERROR * Math.abs(sum) : 0)
              + inputs * 0x1p-149;
      double expected = activation.apply(sum);
      if (!(Math.abs(found - expected) <= bound)) {
        throw new AssertionError(
            "%s row %d output %d: expected %s, within %s, found %s"
                .formatted(input, row, output, expected, bound, found));
      }
    }
  }

  /// One weight of 1: the activation alone.
  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAreAccurateOnTheWholeLine(Activation activation) {
    int n = 4_000;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (i - n / 2) * 5e-3f; // -10 to 10
    }
    float[] far = {
      0,
      -0.0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      1e-38f,
      1e-20f,
      -1e-20f,
      1e-6f,
      -1e-6f,
      11,
      -11,
      12.5f,
      -12.5f,
      15,
      -15,
      43,
      -43,
      86.9f,
      -86.9f,
      87.1f,
      -87.1f,
      88,
      -88,
      89,
      -89,
      104,
      -104,
      1e4f,
      -1e4f,
      1e19f,
      -1e19f,
      1e20f,
      -1e20f,
      Float.MAX_VALUE,
      -Float.MAX_VALUE
    };
    System.arraycopy(far, 0, x, 0, far.length);
    float[] y = new float[n];
    LinearOperand operand =
        new LinearOperand(FloatMatrix.of(new float[] {1}, 1, 1), null, activation);
    run(1, operand, kernel -> kernel.linear(FloatMatrix.of(x, n, 1), FloatMatrix.of(y, n, 1)));
    for (int i = 0; i < n; i++) {
      double expected = activation.apply(x[i]);
      double bound = LinearKernel.ACTIVATION_ERROR * Math.abs((double) x[i]) + Float.MIN_VALUE;
      if (!(Math.abs(y[i] - expected) <= bound)) {
        throw new AssertionError(
            "%s(%s) = %s, found %s".formatted(activation, x[i], expected, y[i]));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void infinitiesAndNanGoWhereTheyBelong(Activation activation) {
    Case input = new Case(Kind.RANDOM, 43, 70, 75, true, activation, 2, 9);
    SampleLayer layer = input.layer();
    float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (int row = 0; row < input.n; row += 5) {
      layer.x().set(row, row % 70, bad[row % 3]);
    }
    LinearOperand operand = new LinearOperand(layer.weight(), layer.bias(), activation);
    float[] y = new float[input.n * input.outputs];
    run(2, operand, kernel -> kernel.linear(layer.x(), FloatMatrix.of(y, input.n, input.outputs)));
    Bounds bounds = new Bounds(input, operand, layer.x());
    for (int row = 0; row < input.n; row++) {
      for (int output = 0; output < input.outputs; output++) {
        float found = y[row * input.outputs + output];
        if (row % 5 != 0) {
          bounds.check(row, output, found);
        } else {
          double sum = bad[row % 3] * layer.weight().get(output, row % 70);
          if (Double.compare(found, activation.apply(sum)) != 0) {
            throw new AssertionError(
                "%s row %d output %d, a sum of %s: found %s"
                    .formatted(input, row, output, sum, found));
          }
        }
      }
    }
  }

  /// A use of a kernel.
  private interface Use {
    void with(LinearKernel kernel);
  }

  private void run(int threads, LinearOperand operand, Use use) {
    try (Backends backends = open(new BackendOptions(threads))) {
      assertThat(backends.serving()).hasSize(1);
      Backend opened = backends.serving().getFirst();
      assertThat(opened.name()).isEqualTo(backend);
      switch (opened.linear(operand)) {
        case Offer.Accepted<LinearKernel>(LinearKernel kernel) -> {
          try (kernel) {
            use.with(kernel);
          }
        }
        case Offer.Declined<LinearKernel>(String reason) ->
            throw new AssertionError(backend + " declined: " + reason);
      }
    }
  }

  private static LinearOperand operand(SampleLayer layer) {
    return new LinearOperand(layer.weight(), layer.bias(), Activation.NONE);
  }

  @Test
  void noRowsGiveNoResults() {
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, 0, 5, 7, true, 1);
    run(2, operand(layer), kernel -> kernel.linear(layer.x(), FloatMatrix.of(new float[0], 0, 7)));
  }

  @Test
  void stridedAndUnalignedViewsAreReadAndWritten() {
    int n = 21;
    int inputs = 140;
    int outputs = 45;
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, n, inputs, outputs, true, 3);
    FloatMatrix x = apart(layer.x(), 3);
    FloatMatrix weight = apart(layer.weight(), 7);
    FloatMatrix bias = apart(Objects.requireNonNull(layer.bias()), 1);
    FloatMatrix y = apart(FloatMatrix.of(new float[n * outputs], n, outputs), 2);
    LinearOperand operand = new LinearOperand(weight, bias, Activation.RELU);
    run(2, operand, kernel -> kernel.linear(x, y));
    Bounds bounds = new Bounds("strided, seed 3", operand, x);
    for (int row = 0; row < n; row++) {
      for (int output = 0; output < outputs; output++) {
        bounds.check(row, output, y.get(row, output));
      }
    }
    for (int row = 0; row < n - 1; row++) {
      long end = y.rowOffsetBytes(row) + outputs * 4L;
      MemorySegment gap = y.segment().asSlice(end, y.rowOffsetBytes(row + 1) - end);
      assertThat(gap.toArray(ValueLayout.JAVA_BYTE)).as("behind row %d", row).containsOnly(0);
    }
  }

  /// A copy whose rows are `gap` elements apart, at an odd address.
  private static FloatMatrix apart(FloatMatrix matrix, int gap) {
    int stride = matrix.columns() + gap;
    byte[] bytes = new byte[(int) matrix.rows() * stride * Float.BYTES + 1];
    FloatMatrix copy =
        FloatMatrix.of(
            MemorySegment.ofArray(bytes).asSlice(1), matrix.rows(), matrix.columns(), stride);
    for (int row = 0; row < matrix.rows(); row++) {
      for (int i = 0; i < matrix.columns(); i++) {
        copy.set(row, i, matrix.get(row, i));
      }
    }
    return copy;
  }

  @Test
  void manyThreadsShareOneKernel() {
    int n = 70;
    int outputs = 90;
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, n, 200, outputs, true, 11);
    LinearOperand operand = operand(layer);
    float[][] results = new float[5][n * outputs];
    run(
        2,
        operand,
        kernel -> {
          List<Thread> callers = new ArrayList<>();
          for (float[] target : results) {
            callers.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          for (int repeat = 0; repeat < 4; repeat++) {
                            kernel.linear(layer.x(), FloatMatrix.of(target, n, outputs));
                          }
                        }));
          }
          for (Thread caller : callers) {
            try {
              caller.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    Bounds bounds = new Bounds("seed 11", operand, layer.x());
    for (float[] target : results) {
      for (int i = 0; i < target.length; i++) {
        bounds.check(i / outputs, i % outputs, target[i]);
      }
    }
  }

  @Test
  void anInterruptEndsTheCall() {
    int n = 300;
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, n, 100, 200, false, 13);
    LinearOperand operand = operand(layer);
    run(
        2,
        operand,
        kernel -> {
          FloatMatrix y = FloatMatrix.of(new float[n * 200], n, 200);
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(() -> kernel.linear(layer.x(), y))
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
          kernel.linear(layer.x(), y);
          new Bounds("seed 13", operand, layer.x()).check(299, 199, y.get(299, 199));
        });
  }

  @Test
  void aClosedBackendOrKernelSaysSo() {
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, 4, 20, 30, false, 17);
    FloatMatrix y = FloatMatrix.of(new float[4 * 30], 4, 30);
    Backends backends = open(new BackendOptions(2));
    Offer<LinearKernel> offer = backends.serving().getFirst().linear(operand(layer));
    backends.close();
    assertThat(offer).isInstanceOf(Offer.Accepted.class);
    if (offer instanceof Offer.Accepted<LinearKernel>(LinearKernel kernel)) {
      assertThatThrownBy(() -> kernel.linear(layer.x(), y))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      kernel.close();
      kernel.close();
    }
  }

  @Test
  void preparingIsReported() {
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, 4, 20, 30, false, 19);
    run(
        2,
        operand(layer),
        kernel -> {
          String before = kernel.describe();
          kernel.prepare();
          assertThat(before).isNotEmpty();
          assertThat(kernel.describe()).isNotEmpty();
          assertThat(kernel.estimatedNanos(100)).isPositive();
          assertThat(kernel.preparation().nanos()).isNotNegative();
        });
  }
}
