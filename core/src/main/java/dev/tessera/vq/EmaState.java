package dev.tessera.vq;

import dev.tessera.io.FormatException;
import dev.tessera.io.Rounding;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// An [EmaCodebook] as a `.safetensors` file: `embed` and `embed_avg` `[K x dim]` and
/// `cluster_size` `[1 x K]`, float32, by lucidrains' names, so that the file is a codebook for
/// others, too; options and step as metadata.
final class EmaState {
  private static final String CODEWORDS = "embed";
  private static final String COUNTS = "cluster_size";
  private static final String SUMS = "embed_avg";

  private EmaState() {}

  static void save(EmaCodebook state, Path file) throws IOException {
    float[] counts = state.counts();
    FloatMatrix codewords = state.codebook().codewords();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(CODEWORDS, Tensor.of(codewords));
    tensors.put(COUNTS, Tensor.of(FloatMatrix.of(counts, 1, counts.length)));
    tensors.put(SUMS, Tensor.of(state.sums()));
    EmaOptions options = state.options();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("rule", options.rule().name());
    metadata.put("decay", Double.toString(options.decay()));
    metadata.put("epsilon", Double.toString(options.epsilon()));
    metadata.put("dead_below", Double.toString(options.deadBelow()));
    metadata.put("resets_statistics", Boolean.toString(options.resetsStatistics()));
    metadata.put("seed", Long.toString(options.seed()));
    metadata.put("step", Long.toString(state.step()));
    Safetensors.write(file, tensors, metadata);
  }

  static EmaCodebook load(Path file) throws IOException {
    Safetensors tensors = Safetensors.open(file);
    Map<String, String> metadata = tensors.metadata();
    EmaOptions options;
    long step;
    try {
      options =
          new EmaOptions(
              value(file, metadata, "rule", EmaRule::valueOf),
              value(file, metadata, "decay", Double::parseDouble),
              value(file, metadata, "epsilon", Double::parseDouble),
              value(file, metadata, "dead_below", Double::parseDouble),
              value(file, metadata, "resets_statistics", EmaState::parseBoolean),
              value(file, metadata, "seed", Long::parseLong));
      step = value(file, metadata, "step", Long::parseLong);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
    if (step < 0) {
      throw new FormatException(file + ": expected a step of at least 0, found " + step);
    }
    FloatMatrix codewords = copy(file, tensors, CODEWORDS);
    FloatMatrix sums = copy(file, tensors, SUMS);
    float[] counts = counts(file, tensors);
    if (sums.rows() != codewords.rows()
        || sums.columns() != codewords.columns()
        || counts.length != codewords.rows()) {
      throw new FormatException(
          "%s: expected embed and embed_avg of one shape [K x dim] and cluster_size [1 x K], found [%d x %d], [%d x %d] and [1 x %d]"
              .formatted(
                  file,
                  codewords.rows(),
                  codewords.columns(),
                  sums.rows(),
                  sums.columns(),
                  counts.length));
    }
    return new EmaCodebook(options, codewords, counts, sums, step);
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static <T> T value(
      Path file, Map<String, String> metadata, String key, Function<String, T> parser)
      throws FormatException {
    String text = metadata.get(key);
    if (text == null) {
      throw new FormatException(
          "%s: expected the metadata %s of a codebook in training, found only %s"
              .formatted(file, key, metadata.keySet().stream().sorted().toList()));
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s: the metadata %s holds %s, which cannot be read"
              .formatted(file, key, FormatException.quote(text)),
          e);
    }
  }

  private static FloatMatrix copy(Path file, Safetensors tensors, String name) throws IOException {
    FloatMatrix mapped = tensors.tensor(name).floats(Rounding.EXACT);
    try {
      Codebook checked = Codebook.of(mapped); // not empty, all finite
      FloatMatrix copy = FloatMatrix.allocate(checked.size(), checked.dim());
      copy.segment().copyFrom(checked.codewords().segment());
      return copy;
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ":" + name + ": " + e.getMessage(), e);
    }
  }

  private static float[] counts(Path file, Safetensors tensors) throws IOException {
    FloatMatrix mapped = tensors.tensor(COUNTS).floats(Rounding.EXACT);
    if (mapped.rows() != 1) {
      throw new FormatException(
          "%s: expected cluster_size [1 x K], found [%d x %d]"
              .formatted(file, mapped.rows(), mapped.columns()));
    }
    float[] counts = mapped.toArray();
    for (int code = 0; code < counts.length; code++) {
      if (!(counts[code] >= 0 && counts[code] < Float.POSITIVE_INFINITY)) {
        throw new FormatException(
            "%s: expected counts of at least 0 in cluster_size, found %s for code %d"
                .formatted(file, counts[code], code));
      }
    }
    return counts;
  }
}
