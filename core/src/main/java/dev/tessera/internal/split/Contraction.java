package dev.tessera.internal.split;

/// What follows the apostrophe of an English contraction: `s`, `d`, `m`, `t`, `ll`, `ve` or `re`.
public final class Contraction {
  /// What [#end] and [#endIgnoringCase] return where no contraction ends.
  public static final int NONE = -1;

  private Contraction() {}

  /// Where the contraction ends whose letters begin at `at`, in lower case: `[sdmt]|ll|ve|re`.
  public static int end(byte[] text, int at, int to) {
    if (at >= to) {
      return NONE;
    }
    return switch (text[at]) {
      case 's', 'd', 'm', 't' -> at + 1;
      case 'l' -> at + 1 < to && text[at + 1] == 'l' ? at + 2 : NONE;
      case 'v', 'r' -> at + 1 < to && text[at + 1] == 'e' ? at + 2 : NONE;
      default -> NONE;
    };
  }

  /// The same in any case: `(?i:[sdmt]|ll|ve|re)`. U+017F, the long s, is an s.
  public static int endIgnoringCase(byte[] text, int at, int to) {
    if (at >= to) {
      return NONE;
    }
    return switch (text[at]) {
      case 's', 'd', 'm', 't', 'S', 'D', 'M', 'T' -> at + 1;
      case 'l', 'L' -> at + 1 < to && (text[at + 1] | 0x20) == 'l' ? at + 2 : NONE;
      case 'v', 'r', 'V', 'R' -> at + 1 < to && (text[at + 1] | 0x20) == 'e' ? at + 2 : NONE;
      case (byte) 0xC5 -> at + 1 < to && text[at + 1] == (byte) 0xBF ? at + 2 : NONE;
      default -> NONE;
    };
  }
}
