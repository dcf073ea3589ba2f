package dev.tessera.kernels.opencl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What checks found wrong, a line each.
final class Findings {
  /// Findings of one kind that are told one by one.
  private static final int MOST_OF_ONE_KIND = 20;

  private final List<String> lines = new ArrayList<>();
  private final Map<String, Integer> ofOneKind = new HashMap<>();

  /// All so far.
  List<String> lines() {
    return lines;
  }

  void addAll(List<String> more) {
    lines.addAll(more);
  }

  /// Notes what does not hold.
  ///
  /// @param format what is wrong: its kind
  void require(boolean holds, String format, Object... values) {
    if (holds) {
      return;
    }
    int before = ofOneKind.merge(format, 1, Integer::sum) - 1;
    if (before < MOST_OF_ONE_KIND) {
      lines.add(format.formatted(values));
    } else if (before == MOST_OF_ONE_KIND) {
      lines.add("more of this kind: " + format);
    }
  }

  /// Runs checks, and puts what they are about before whatever they find.
  void about(Object subject, Runnable checks) {
    int before = lines.size();
    checks.run();
    for (int i = before; i < lines.size(); i++) {
      lines.set(i, subject + ": " + lines.get(i));
    }
  }
}
