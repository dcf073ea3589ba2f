package dev.tessera.kernels.opencl;

import dev.tessera.kernel.MergeOperand;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The kernel of `merge.cl` on random pieces of one length against plain Java.
///
/// @param letters symbols that pieces are made of
/// @param rules how many rules are drawn, of which some have one rank
record MergeCheck(int pieces, int length, int letters, int rules, long seed) {
  static List<MergeCheck> cases() {
    return List.of(
        new MergeCheck(1, 2, 2, 1, 1),
        new MergeCheck(100, 32, 3, 40, 2),
        new MergeCheck(64, 9, 20, 300, 3),
        new MergeCheck(129, 32, 1, 1, 4),
        new MergeCheck(65, 5, 4, 0, 5));
  }

  /// Few and small ones: under oclgrind, some thousand times slower.
  static List<MergeCheck> smallCases() {
    return List.of(new MergeCheck(70, 7, 3, 20, 6));
  }

  /// Runs it and gives what is wrong, a line each.
  List<String> findings(DeviceArrays device) {
    Random random = new Random(seed);
    MergeOperand operand = operand(random);
    RuleTable table = new RuleTable(operand);
    int[] given = random.ints((long) pieces * length, 0, letters).toArray();
    Buffer symbols = device.of(given);
    Buffer lengths = device.unwritten((long) pieces * Integer.BYTES);
    int items = MergeKernels.items(device.context().device());
    device.run(
        "merge.cl",
        MergeKernels.options(items),
        "merge_pieces",
        new long[] {Math.ceilDiv(pieces, items)},
        items,
        device.of(table.segment().toArray(ValueLayout.JAVA_INT)),
        table.bits(),
        length,
        pieces,
        0L,
        0L,
        symbols,
        lengths);
    int[] found = device.ints(symbols, given.length);
    int[] counts = device.ints(lengths, pieces);
    List<String> findings = new ArrayList<>();
    for (int piece = 0; piece < pieces && findings.isEmpty(); piece++) {
      int[] expected = merged(operand, column(given, piece, length));
      int[] have = column(found, piece, Math.clamp(counts[piece], 0, length));
      if (!Arrays.equals(have, expected)) {
        findings.add(
            "%s: piece %d: %s, not %s"
                .formatted(this, piece, Arrays.toString(have), Arrays.toString(expected)));
      }
    }
    return findings;
  }

  private int[] column(int[] symbols, int piece, int count) {
    int[] column = new int[count];
    Arrays.setAll(column, position -> symbols[position * pieces + piece]);
    return column;
  }

  private MergeOperand operand(Random random) {
    Map<Long, Integer> pairs = new HashMap<>();
    int[] left = new int[rules];
    int[] right = new int[rules];
    int[] merged = new int[rules];
    int[] rank = new int[rules];
    int count = 0;
    for (int rule = 0; rule < rules; rule++) {
      left[count] = random.nextInt(letters + count);
      right[count] = random.nextInt(letters + count);
      merged[count] = letters + count;
      rank[count] = rule / 2;
      if (pairs.put((long) left[count] << 32 | right[count], count) == null) {
        count++;
      }
    }
    return new MergeOperand(
        Arrays.copyOf(left, count),
        Arrays.copyOf(right, count),
        Arrays.copyOf(merged, count),
        Arrays.copyOf(rank, count),
        letters + rules);
  }

  /// The definition, in plain loops.
  private static int[] merged(MergeOperand operand, int[] piece) {
    List<Integer> symbols = new ArrayList<>();
    for (int symbol : piece) {
      symbols.add(symbol);
    }
    while (true) {
      int lowest = -1;
      int at = -1;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        for (int rule = 0; rule < operand.rules(); rule++) {
          if (operand.left()[rule] == symbols.get(i)
              && operand.right()[rule] == symbols.get(i + 1)
              && (at < 0 || operand.rank()[rule] < operand.rank()[lowest])) {
            lowest = rule;
            at = i;
          }
        }
      }
      if (at < 0) {
        return symbols.stream().mapToInt(Integer::intValue).toArray();
      }
      symbols.set(at, operand.merged()[lowest]);
      symbols.remove(at + 1);
    }
  }
}
