package dev.tessera.text;

import dev.tessera.io.FormatException;
import dev.tessera.io.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the post-processor of a `tokenizer.json`.
final class JsonTemplates {
  private TokenTemplate template = TokenTemplate.NOTHING;

  private JsonTemplates() {}

  static TokenTemplate read(@Nullable Settings settings) throws FormatException {
    JsonTemplates templates = new JsonTemplates();
    if (settings != null) {
      templates.readProcessor(settings);
    }
    return templates.template;
  }

  private void readProcessor(Settings settings) throws FormatException {
    String type = settings.string("type");
    switch (type) {
      case "Sequence" -> {
        for (Settings step : settings.objects("processors")) {
          readProcessor(step);
        }
      }
      case "ByteLevel" -> { // concerns offsets alone
        settings.flag("add_prefix_space", true);
        settings.flag("trim_offsets", true);
        settings.flag("use_regex", true);
      }
      case "TemplateProcessing" -> {
        if (!template.equals(TokenTemplate.NOTHING)) {
          throw settings.unsupported("a second template");
        }
        Map<String, List<Integer>> tokens = specialTokens(settings.object("special_tokens"));
        template =
            new TokenTemplate(
                parts(settings.objects("single"), tokens), parts(settings.objects("pair"), tokens));
      }
      default -> throw settings.unsupported("the post-processor '" + type + "'");
    }
    settings.refuseOthers();
  }

  private static Map<String, List<Integer>> specialTokens(Settings settings)
      throws FormatException {
    Map<String, List<Integer>> tokens = new HashMap<>();
    for (String name : settings.names()) {
      Settings token = settings.object(name);
      token.string("id", name);
      token.strings("tokens");
      tokens.put(name, token.integers("ids"));
      token.refuseOthers();
    }
    return tokens;
  }

  private static List<TokenTemplate.Part> parts(
      List<Settings> pieces, Map<String, List<Integer>> tokens) throws FormatException {
    List<TokenTemplate.Part> parts = new ArrayList<>();
    for (Settings piece : pieces) {
      if (piece.has("SpecialToken")) {
        Settings token = piece.object("SpecialToken");
        List<Integer> ids = tokens.get(token.string("id"));
        if (ids == null) {
          throw token.error("one of the 'special_tokens'", "'" + token.string("id") + "'");
        }
        ids.forEach(id -> parts.add(TokenTemplate.Part.token(id)));
        token.has("type_id");
        token.refuseOthers();
      } else {
        Settings sequence = piece.object("Sequence");
        parts.add(
            switch (sequence.string("id")) {
              case "A" -> TokenTemplate.Part.FIRST;
              case "B" -> TokenTemplate.Part.SECOND;
              default -> throw sequence.error("'A' or 'B'", "'" + sequence.string("id") + "'");
            });
        sequence.has("type_id");
        sequence.refuseOthers();
      }
      piece.refuseOthers();
    }
    return parts;
  }
}
