package dev.tessera.internal.unicode;

import java.util.Map;

/// Sets of general categories by their Unicode names: a set has bit `1 << category` for each
/// category, as [Character#getType(int)] numbers them.
public final class GeneralCategories {
  public static final int LETTER = set(1, 2, 3, 4, 5);
  public static final int MARK = set(6, 7, 8);
  public static final int NUMBER = set(9, 10, 11);
  public static final int PUNCTUATION = set(20, 21, 22, 23, 24, 29, 30);

  /// U+0085 and the like are in none of the others.
  private static final int OTHER = set(0, 15, 16, 18, 19);

  private static final Map<String, Integer> NAMED =
      Map.ofEntries(
          Map.entry("L", LETTER),
          Map.entry("Letter", LETTER),
          Map.entry("LC", set(1, 2, 3)),
          Map.entry("Lu", set(1)),
          Map.entry("Uppercase_Letter", set(1)),
          Map.entry("Ll", set(2)),
          Map.entry("Lowercase_Letter", set(2)),
          Map.entry("Lt", set(3)),
          Map.entry("Titlecase_Letter", set(3)),
          Map.entry("Lm", set(4)),
          Map.entry("Modifier_Letter", set(4)),
          Map.entry("Lo", set(5)),
          Map.entry("Other_Letter", set(5)),
          Map.entry("M", MARK),
          Map.entry("Mark", MARK),
          Map.entry("Mn", set(6)),
          Map.entry("Nonspacing_Mark", set(6)),
          Map.entry("Me", set(7)),
          Map.entry("Enclosing_Mark", set(7)),
          Map.entry("Mc", set(8)),
          Map.entry("Spacing_Mark", set(8)),
          Map.entry("N", NUMBER),
          Map.entry("Number", NUMBER),
          Map.entry("Nd", set(9)),
          Map.entry("Decimal_Number", set(9)),
          Map.entry("Nl", set(10)),
          Map.entry("Letter_Number", set(10)),
          Map.entry("No", set(11)),
          Map.entry("Other_Number", set(11)),
          Map.entry("Z", set(12, 13, 14)),
          Map.entry("Separator", set(12, 13, 14)),
          Map.entry("Zs", set(12)),
          Map.entry("Space_Separator", set(12)),
          Map.entry("Zl", set(13)),
          Map.entry("Zp", set(14)),
          Map.entry("C", OTHER),
          Map.entry("Other", OTHER),
          Map.entry("Cc", set(15)),
          Map.entry("Control", set(15)),
          Map.entry("Cf", set(16)),
          Map.entry("Format", set(16)),
          Map.entry("Cn", set(0)),
          Map.entry("Co", set(18)),
          Map.entry("P", PUNCTUATION),
          Map.entry("Punctuation", PUNCTUATION),
          Map.entry("Pd", set(20)),
          Map.entry("Ps", set(21)),
          Map.entry("Pe", set(22)),
          Map.entry("Pc", set(23)),
          Map.entry("Po", set(24)),
          Map.entry("Pi", set(29)),
          Map.entry("Pf", set(30)),
          Map.entry("S", set(25, 26, 27, 28)),
          Map.entry("Symbol", set(25, 26, 27, 28)),
          Map.entry("Sm", set(25)),
          Map.entry("Sc", set(26)),
          Map.entry("Sk", set(27)),
          Map.entry("So", set(28)));

  private GeneralCategories() {}

  private static int set(int... categories) {
    int set = 0;
    for (int category : categories) {
      set |= 1 << category;
    }
    return set;
  }

  /// The set that Unicode calls `name`, such as `Lu` or `Letter`; 0 if there is none of that name.
  public static int named(String name) {
    return NAMED.getOrDefault(name, 0);
  }
}
