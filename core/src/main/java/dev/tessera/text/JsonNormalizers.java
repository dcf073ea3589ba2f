package dev.tessera.text;

import dev.tessera.internal.normalizer.CharacterFilter;
import dev.tessera.internal.normalizer.CharacterMap;
import dev.tessera.internal.normalizer.Precompiled;
import dev.tessera.internal.normalizer.Prepend;
import dev.tessera.internal.normalizer.Replace;
import dev.tessera.internal.normalizer.Sequence;
import dev.tessera.internal.normalizer.Strip;
import dev.tessera.internal.normalizer.TextNormalizer;
import dev.tessera.internal.normalizer.UnicodeForm;
import dev.tessera.io.FormatException;
import dev.tessera.io.Settings;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads the normalizer of a `tokenizer.json`.
final class JsonNormalizers {
  private JsonNormalizers() {}

  static TextNormalizer read(Settings settings) throws FormatException {
    String type = settings.string("type");
    TextNormalizer normalizer =
        switch (type) {
          case "NFC" -> new UnicodeForm(Form.NFC);
          case "NFD" -> new UnicodeForm(Form.NFD);
          case "NFKC" -> new UnicodeForm(Form.NFKC);
          case "NFKD" -> new UnicodeForm(Form.NFKD);
          case "Lowercase" -> CharacterFilter.LOWERCASE;
          case "StripAccents" -> CharacterFilter.STRIP_ACCENTS;
          case "Strip" ->
              new Strip(settings.flag("strip_left", true), settings.flag("strip_right", true));
          case "Prepend" -> new Prepend(settings.string("prepend"));
          case "Replace" -> replace(settings);
          case "Precompiled" -> precompiled(settings);
          case "Sequence" -> sequence(settings);
          default -> throw settings.unsupported("the normalizer '" + type + "'");
        };
    settings.refuseOthers();
    return normalizer;
  }

  private static TextNormalizer sequence(Settings settings) throws FormatException {
    List<TextNormalizer> steps = new ArrayList<>();
    for (Settings step : settings.objects("normalizers")) {
      steps.add(read(step));
    }
    return new Sequence(List.copyOf(steps));
  }

  private static TextNormalizer replace(Settings settings) throws FormatException {
    Settings pattern = settings.object("pattern");
    String content = settings.string("content");
    TextNormalizer normalizer;
    if (pattern.has("String")) {
      String literal = pattern.string("String");
      if (literal.isEmpty()) {
        throw pattern.error("a pattern", "an empty one");
      }
      normalizer = new Replace(literal, content);
    } else {
      normalizer = regex(pattern, pattern.string("Regex"), content);
    }
    pattern.refuseOthers();
    return normalizer;
  }

  private static TextNormalizer regex(Settings pattern, String regex, String content)
      throws FormatException {
    try {
      return new ReplaceMatches(regex, content);
    } catch (IllegalArgumentException e) {
      throw pattern.error("a regular expression", String.valueOf(e.getMessage()));
    }
  }

  private static TextNormalizer precompiled(Settings settings) throws FormatException {
    try {
      byte[] map = Base64.getDecoder().decode(settings.string("precompiled_charsmap"));
      return new Precompiled(CharacterMap.of(map));
    } catch (IllegalArgumentException e) {
      throw settings.error("a character map in Base64", String.valueOf(e.getMessage()));
    }
  }
}
