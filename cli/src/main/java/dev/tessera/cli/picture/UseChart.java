package dev.tessera.cli.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The codewords' use as a chart: how often each is used, the most used first. One unit of the
/// drawing is one codeword across and one use upwards.
final class UseChart {
  private static final int MOST_TICKS_UP = 6;
  private static final int MOST_TICKS_ACROSS = 6;

  private final long[] counts;
  private final long tickUp;
  private final long top;

  UseChart(CodebookUse use) {
    counts = use.descending();
    tickUp = niceStep(counts[0], MOST_TICKS_UP);
    top = Math.ceilDiv(Math.max(1, counts[0]), tickUp) * tickUp;
  }

  /// The least of 1, 2, 5, 10, 20, ... of which at most `most` steps reach `end`.
  static long niceStep(long end, int most) {
    long power = 1;
    while (true) {
      for (long digit : new long[] {1, 2, 5}) {
        if (digit * power * most >= end) {
          return digit * power;
        }
      }
      power *= 10;
    }
  }

  /// The use at the upper border.
  long top() {
    return top;
  }

  /// The curve, as an SVG path.
  String line() {
    StringBuilder path = new StringBuilder("M0 ").append(top - counts[0]);
    for (int place = 1; place < counts.length; place++) {
      if (counts[place] != counts[place - 1]) {
        path.append('H').append(place).append('V').append(top - counts[place]);
      }
    }
    return path.append('H').append(counts.length).toString();
  }

  /// What lies below the curve, as an SVG path.
  String area() {
    return line() + "V" + top + "H0Z";
  }

  /// Labels up the vertical axis.
  String labelsUp() {
    StringBuilder html = new StringBuilder();
    for (long value = 0; value <= top; value += tickUp) {
      html.append(
          "<span style=\"bottom:%s%%\">%s</span>"
              .formatted(percent(value / (double) top), grouped(value)));
    }
    return html.toString();
  }

  /// Lines across, one a label.
  String linesAcross() {
    StringBuilder html = new StringBuilder();
    for (long value = tickUp; value <= top; value += tickUp) {
      html.append("<u style=\"bottom:%s%%\"></u>".formatted(percent(value / (double) top)));
    }
    return html.toString();
  }

  /// Labels along the horizontal axis: ranks from 1.
  String labelsAcross() {
    StringBuilder html = new StringBuilder();
    for (long rank : ranks()) {
      html.append(
          "<span style=\"left:%s%%\">%s</span>"
              .formatted(percent((rank - 0.5) / counts.length), grouped(rank)));
    }
    return html.toString();
  }

  private List<Long> ranks() {
    List<Long> ranks = new ArrayList<>();
    long step = niceStep(counts.length, MOST_TICKS_ACROSS);
    ranks.add(1L);
    for (long rank = Math.max(2, step); rank < counts.length; rank += step) {
      boolean collides = counts.length - rank < step / 2 || rank < step;
      if (!collides) {
        ranks.add(rank);
      }
    }
    if (counts.length > 1) {
      ranks.add((long) counts.length);
    }
    return ranks;
  }

  /// Where a use lies between the lower and the upper border, in percent.
  String percentUp(double use) {
    return percent(use / top);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f", 100 * share);
  }

  static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
