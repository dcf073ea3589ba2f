package dev.tessera.kernel;

import java.util.Arrays;
import java.util.Random;

/// Texts that a pre-tokenizer may trip over, from a seed.
final class SampleText {
  /// What patterns tell apart, in scripts of every length in UTF-8.
  static final String[] SNIPPETS = {
    "a",
    "b",
    "Z",
    "hello",
    "World",
    "ABC",
    "camelCase",
    "HTTPServer",
    "x",
    "s",
    "t",
    "re",
    "LL",
    "'",
    "'s",
    "'S",
    "'t",
    "'re",
    "'RE",
    "'ve",
    "'Ll",
    "'d",
    "'m",
    "'\u017F",
    "'\u212A",
    "\u017F",
    "\u2019s",
    "''",
    "'''",
    "'l",
    "'v",
    "'r",
    " ",
    "  ",
    "   ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\n \n",
    " \n",
    "\n ",
    "\t\n\t",
    "\u0085",
    "\u00A0",
    "\u2028",
    "\u2029",
    "\u3000",
    "\u2009",
    "\u1680",
    "\u000B",
    "\f",
    "\u001C",
    "\u001F",
    "\u180E",
    "\u200B",
    "\uFEFF",
    "0",
    "1",
    "12",
    "123",
    "1234",
    "1234567",
    "\u00B2",
    "\u00BD",
    "\u2167",
    "\u0663",
    "\uFF15",
    "\u3007",
    "\u096B",
    "\uD835\uDFD8",
    "\u2460",
    "!",
    "?",
    ".",
    ",",
    "/",
    "//",
    "(",
    "()",
    "{}",
    "\"",
    "-",
    "--",
    "_",
    "#",
    "@",
    "=",
    "!\n",
    "/\n",
    "\n/",
    "!/\n/",
    "(\n\n",
    "\u00D7",
    "\u00F7",
    "\u00B7",
    "\u2014",
    "\u2026",
    "\u201C",
    "\u3001",
    "\u3002",
    "\uFF01",
    "\u30FB",
    "\u4DC0",
    "\u037E",
    "\u00E9",
    "\u00C9",
    "\u0178",
    "\u01C5",
    "\u02B0",
    "\u00AA",
    "\u00DF",
    "stra\u00DFe",
    "\u0396\u03B5\u03CD\u03C2",
    "\u041F\u0440\u0438\u0432\u0435\u0442",
    "\u0451",
    "\u0482",
    "\u0483",
    "\u0587",
    "\u05D0\u05B8\u05D1",
    "\u0645\u0631\u062D\u0628\u0627",
    "\u064B",
    "\u0640",
    "\u06CC",
    "\u0928\u092E\u0938\u094D\u0924\u0947",
    "\u0E2A\u0E27\u0E31\u0E2A",
    "\u10D0\u1C90",
    "\u1E00",
    "\u1EA5",
    "\u4E2D",
    "\u4E2D\u6587",
    "\u9FFF",
    "\u3400",
    "\u3042",
    "\u3099",
    "\u309B",
    "\u309D",
    "\u30AB\u30FC",
    "\u3005",
    "\uD55C",
    "\uAC00\uD7A3",
    "\uD7A4",
    "\uA000",
    "\uA4D0",
    "\uA66F",
    "\uFF21",
    "\uFF41",
    "\uFF76",
    "\uD840\uDC00",
    "\uD801\uDC00",
    "\uD801\uDC28",
    "\uD83C\uDD70",
    "\u0301",
    "\u0301\u0302",
    "e\u0301",
    "E\u0301",
    "\u20DD",
    "\u0903",
    "\u2166",
    "\uD83D\uDE00",
    "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
    "\uD83C\uDDE9\uD83C\uDDEA",
    "\u2764\uFE0F",
    "\uD83D\uDC4D\uD83C\uDFFD",
    "\uE000",
    "\uFFFD",
    "\u0378",
    "\uDBFF\uDFFF",
  };

  private SampleText() {}

  /// A text of about `length` characters, of one of several kinds.
  static String mixed(Random random, int length) {
    StringBuilder text = new StringBuilder();
    int kind = random.nextInt(6);
    int stride = 1 + random.nextInt(SNIPPETS.length);
    int few = 2 + random.nextInt(6);
    while (text.length() < length) {
      switch (kind) {
        case 0 -> text.append(snippet(random.nextInt(SNIPPETS.length)));
        case 1 -> text.append(snippet(random.nextInt(few) * stride));
        case 2 -> text.append(prose(random));
        case 3 -> text.appendCodePoint(anyCodePoint(random));
        case 4 -> text.append((char) (random.nextInt(128)));
        default -> {
          String repeated = snippet(random.nextInt(SNIPPETS.length));
          text.append(repeated.repeat(1 + random.nextInt(1 + random.nextInt(40))));
        }
      }
    }
    return text.toString();
  }

  private static String snippet(int index) {
    return SNIPPETS[index % SNIPPETS.length];
  }

  private static String prose(Random random) {
    StringBuilder word = new StringBuilder(random.nextInt(8) == 0 ? "" : " ");
    for (int i = random.nextInt(9); i >= 0; i--) {
      word.append((char) ((random.nextInt(12) == 0 ? 'A' : 'a') + random.nextInt(26)));
    }
    return word.append(random.nextInt(7) == 0 ? snippet(random.nextInt(SNIPPETS.length)) : "")
        .toString();
  }

  /// A code point that UTF-8 can hold; often one of the first plane's scripts.
  private static int anyCodePoint(Random random) {
    while (true) {
      int codePoint =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x250);
            case 1 -> random.nextInt(0x3100);
            case 2 -> random.nextInt(0x10000);
            default -> random.nextInt(Character.MAX_CODE_POINT + 1);
          };
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        return codePoint;
      }
    }
  }

  /// Bytes of which many are not valid UTF-8: a text with some replaced, removed or cut off.
  static byte[] damaged(Random random, byte[] text) {
    byte[] bytes = text.clone();
    int at = 0;
    for (byte value : text) {
      switch (random.nextInt(12)) {
        case 0 -> bytes[at++] = (byte) random.nextInt(256);
        case 1 -> bytes[at++] = (byte) (0xC0 + random.nextInt(64));
        case 2 -> {} // gone
        default -> bytes[at++] = value;
      }
    }
    return Arrays.copyOf(bytes, at);
  }
}
