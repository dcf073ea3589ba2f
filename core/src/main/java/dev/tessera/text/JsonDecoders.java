package dev.tessera.text;

import dev.tessera.io.FormatException;
import dev.tessera.io.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Reads the decoder of a `tokenizer.json`.
final class JsonDecoders {
  private final List<UnaryOperator<List<String>>> steps = new ArrayList<>();
  private boolean byteLevelAlone;

  JsonDecoders(Settings settings) throws FormatException {
    read(settings);
    byteLevelAlone &= steps.size() == 1;
  }

  /// In order.
  List<UnaryOperator<List<String>>> steps() {
    return List.copyOf(steps);
  }

  /// Whether the text is the bytes of the tokens, one behind the other.
  boolean isByteLevelAlone() {
    return byteLevelAlone;
  }

  private void read(Settings settings) throws FormatException {
    String type = settings.string("type");
    switch (type) {
      case "Sequence" -> {
        for (Settings step : settings.objects("decoders")) {
          read(step);
        }
      }
      case "ByteLevel" -> {
        settings.flag("add_prefix_space", true); // concern encoding alone
        settings.flag("trim_offsets", true);
        settings.flag("use_regex", true);
        byteLevelAlone = true;
        steps.add(DecoderSteps::byteLevel);
      }
      case "ByteFallback" -> steps.add(DecoderSteps::byteFallback);
      case "Fuse" -> steps.add(DecoderSteps::fuse);
      case "Strip" -> readStrip(settings);
      case "Replace" -> readReplace(settings);
      case "Metaspace" -> readMetaspace(settings);
      default -> throw settings.unsupported("the decoder '" + type + "'");
    }
    settings.refuseOthers();
  }

  private void readStrip(Settings settings) throws FormatException {
    String content = settings.string("content");
    if (content.codePointCount(0, content.length()) != 1) {
      throw settings.error("one character as 'content'", "'" + content + "'");
    }
    int start = settings.integer("start");
    int stop = settings.integer("stop");
    steps.add(texts -> DecoderSteps.strip(texts, content.codePointAt(0), start, stop));
  }

  private void readReplace(Settings settings) throws FormatException {
    Settings pattern = settings.object("pattern");
    if (!pattern.has("String")) {
      throw pattern.unsupported("a regular expression in a decoder");
    }
    String literal = pattern.string("String");
    if (literal.isEmpty()) {
      throw pattern.error("a pattern", "an empty one");
    }
    String content = settings.string("content");
    pattern.refuseOthers();
    steps.add(texts -> texts.stream().map(text -> text.replace(literal, content)).toList());
  }

  private void readMetaspace(Settings settings) throws FormatException {
    String replacement = settings.string("replacement", "\u2581");
    settings.string("str_rep", replacement);
    settings.flag("split", true); // concerns encoding alone
    boolean drop = JsonPretokenizers.scheme(settings) != Pretokenizer.PrependScheme.NEVER;
    steps.add(texts -> DecoderSteps.metaspace(texts, replacement, drop));
  }
}
