package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.LinearKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The kernel of `linear.cl` on random rows, in spans, against the definition in float64.
///
/// @param span inputs of a launch, a multiple of a block
record LinearCheck(
    int rows, int inputs, int outputs, boolean bias, Activation activation, int span, long seed) {
  private static final double MOST_SLOPE = 1.13;

  /// @param mostWorkItems the device's limit
  static List<LinearCheck> cases(long mostWorkItems) {
    if (mostWorkItems < LinearProgram.WORK_ITEMS) {
      return List.of();
    }
    List<LinearCheck> cases = new ArrayList<>();
    long seed = 1;
    for (Activation activation : Activation.values()) {
      cases.add(new LinearCheck(70, 300, 130, seed % 2 == 0, activation, 384, seed++));
    }
    cases.add(new LinearCheck(1, 1, 1, true, Activation.NONE, 128, seed++));
    cases.add(new LinearCheck(64, 128, 64, false, Activation.NONE, 128, seed++));
    cases.add(new LinearCheck(65, 600, 67, true, Activation.GELU, 256, seed));
    return cases;
  }

  /// Few and small ones: under oclgrind, some thousand times slower.
  static List<LinearCheck> smallCases() {
    return List.of(new LinearCheck(66, 150, 5, true, Activation.GELU, 128, 7));
  }

  /// Runs it and gives what is wrong, a line each.
  List<String> findings(DeviceArrays device) {
    Random random = new Random(seed);
    float[] x = normal(random, rows * inputs);
    float[] w = normal(random, outputs * inputs);
    float[] b = normal(random, outputs);
    Buffer xBuffer = device.of(x);
    Buffer wBuffer = device.of(w);
    Buffer bBuffer = device.of(b);
    Buffer y = device.unwritten((long) rows * outputs * Float.BYTES);
    long[] groups = {
      Math.ceilDiv(outputs, LinearProgram.TILE), Math.ceilDiv(rows, LinearProgram.TILE)
    };
    for (int from = 0; from < inputs; from += span) {
      device.run(
          "linear.cl",
          LinearProgram.options(activation),
          "linear",
          groups,
          LinearProgram.WORK_ITEMS,
          rows,
          inputs,
          outputs,
          from,
          Math.min(inputs, from + span),
          xBuffer,
          wBuffer,
          bBuffer,
          bias ? 1 : 0,
          y);
    }
    float[] found = device.floats(y, rows * outputs);
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < found.length && findings.isEmpty(); i++) {
      int row = i / outputs;
      int output = i % outputs;
      double sum = bias ? b[output] : 0;
      double magnitudes = Math.abs(sum);
      for (int k = 0; k < inputs; k++) {
        double product = (double) x[row * inputs + k] * w[output * inputs + k];
        sum += product;
        magnitudes += Math.abs(product);
      }
      double allowed =
          MOST_SLOPE * LinearKernel.SUM_ERROR * magnitudes
              + LinearKernel.ACTIVATION_ERROR * Math.abs(sum);
      double expected = activation.apply(sum);
      if (!(Math.abs(found[i] - expected) <= allowed)) {
        findings.add(
            "%s: row %d output %d: %s, not %s within %s"
                .formatted(this, row, output, found[i], expected, allowed));
      }
    }
    return findings;
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
