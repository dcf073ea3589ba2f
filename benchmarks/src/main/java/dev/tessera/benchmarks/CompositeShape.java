package dev.tessera.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The size of a composite code, written `levels-3x4096x1024` or `heads-4x128x768`.
///
/// @param residual whether the codebooks are levels, or else heads
/// @param parts the number of codebooks
/// @param codes the number of codewords of each
/// @param dim the number of columns of each
record CompositeShape(boolean residual, int parts, int codes, int dim) {
  private static final Pattern FORM = Pattern.compile("(levels|heads)-(\\d+)x(\\d+)x(\\d+)");

  /// Reads `levels-PARTSxCODESxDIM` or `heads-PARTSxCODESxDIM`.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  static CompositeShape parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a shape is written levels-PARTSxCODESxDIM or heads-PARTSxCODESxDIM, as in levels-3x4096x1024, not `%s`"
              .formatted(text));
    }
    return new CompositeShape(
        matcher.group(1).equals("levels"),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)));
  }
}
