package dev.tessera.text;

import dev.tessera.internal.normalizer.Replace;
import dev.tessera.internal.normalizer.Sequence;
import dev.tessera.internal.normalizer.TextNormalizer;
import dev.tessera.io.FormatException;
import dev.tessera.io.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the pre-tokenizer of a `tokenizer.json`.
final class JsonPretokenizers {
  private final List<Pretokenizer> steps = new ArrayList<>();
  private @Nullable TextNormalizer prepare;
  private @Nullable TextNormalizer prepareFirst;
  private boolean byteLevel;
  private boolean metaspace;

  JsonPretokenizers(@Nullable Settings settings) throws FormatException {
    if (settings != null) {
      read(settings);
    }
  }

  /// Whether bytes are spelled as characters, so that tokens are bytes.
  boolean isByteLevel() {
    return byteLevel;
  }

  /// What is done to text before it is cut, or null.
  @Nullable TextNormalizer prepare() {
    return prepare;
  }

  /// The same at the very beginning of the text, or null.
  @Nullable TextNormalizer prepareFirst() {
    return prepareFirst;
  }

  /// How text is then cut.
  Pretokenizer pretokenizer() {
    return steps.size() == 1 ? steps.getFirst() : Pretokenizer.sequence(steps);
  }

  private void read(Settings settings) throws FormatException {
    String type = settings.string("type");
    if (byteLevel) {
      throw settings.unsupported("a step behind ByteLevel, '" + type + "'");
    }
    try {
      step(settings, type);
    } catch (IllegalArgumentException e) {
      throw settings.error("a pre-tokenizer", String.valueOf(e.getMessage()));
    }
    settings.refuseOthers();
  }

  private void step(Settings settings, String type) throws FormatException {
    switch (type) {
      case "Sequence" -> {
        for (Settings step : settings.objects("pretokenizers")) {
          read(step);
        }
      }
      case "ByteLevel" -> readByteLevel(settings);
      case "Metaspace" -> readMetaspace(settings);
      case "Split" -> steps.add(split(settings));
      case "Digits" -> steps.add(Pretokenizer.digits(settings.flag("individual_digits", false)));
      case "Punctuation" ->
          steps.add(
              Pretokenizer.punctuation(
                  behavior(settings, settings.string("behavior", "Isolated"))));
      case "Whitespace" -> steps.add(Pretokenizer.whitespace());
      case "WhitespaceSplit" -> steps.add(Pretokenizer.whitespaceSplit());
      case "CharDelimiterSplit" ->
          steps.add(
              Pretokenizer.splitLiteral(
                  settings.string("delimiter"), Pretokenizer.Behavior.REMOVED, false));
      default -> throw settings.unsupported("the pre-tokenizer '" + type + "'");
    }
  }

  private void readByteLevel(Settings settings) throws FormatException {
    boolean addSpace = settings.flag("add_prefix_space", true);
    boolean useRegex = settings.flag("use_regex", true);
    settings.flag("trim_offsets", true); // concerns offsets alone
    byteLevel = true;
    if (addSpace && steps.isEmpty() && prepare == null) {
      prepare = new MissingPrefix(" ");
      prepareFirst = prepare;
      addSpace = false;
    }
    Pretokenizer step = Pretokenizer.byteLevel(addSpace, useRegex);
    if (!step.leavesWhole()) {
      steps.add(step);
    }
  }

  private void readMetaspace(Settings settings) throws FormatException {
    String replacement = settings.string("replacement", "\u2581");
    settings.string("str_rep", replacement); // the same, as older files have it
    Pretokenizer.PrependScheme scheme = scheme(settings);
    boolean split = settings.flag("split", true);
    if (!steps.isEmpty() || prepare != null || metaspace) {
      steps.add(Pretokenizer.metaspace(replacement, scheme, split));
      return;
    }
    metaspace = true;
    TextNormalizer spaces = new Replace(" ", replacement);
    TextNormalizer both = new Sequence(List.of(spaces, new MissingPrefix(replacement)));
    prepare = scheme == Pretokenizer.PrependScheme.ALWAYS ? both : spaces;
    prepareFirst = scheme == Pretokenizer.PrependScheme.NEVER ? spaces : both;
    if (split) {
      steps.add(
          Pretokenizer.splitLiteral(replacement, Pretokenizer.Behavior.MERGED_WITH_NEXT, false));
    }
  }

  /// Where a Metaspace puts its replacement in front; older files say whether it does at all.
  static Pretokenizer.PrependScheme scheme(Settings settings) throws FormatException {
    boolean add = settings.flag("add_prefix_space", true);
    String scheme = settings.string("prepend_scheme", add ? "always" : "never");
    return switch (scheme) {
      case "always" -> Pretokenizer.PrependScheme.ALWAYS;
      case "first" -> Pretokenizer.PrependScheme.FIRST;
      case "never" -> Pretokenizer.PrependScheme.NEVER;
      default -> throw settings.unsupported("the 'prepend_scheme' '" + scheme + "'");
    };
  }

  private static Pretokenizer split(Settings settings) throws FormatException {
    Pretokenizer.Behavior behavior = behavior(settings, settings.string("behavior"));
    boolean invert = settings.flag("invert", false);
    Settings pattern = settings.object("pattern");
    Pretokenizer split =
        pattern.has("String")
            ? Pretokenizer.splitLiteral(pattern.string("String"), behavior, invert)
            : Pretokenizer.split(pattern.string("Regex"), behavior, invert);
    pattern.refuseOthers();
    return split;
  }

  private static Pretokenizer.Behavior behavior(Settings settings, String name)
      throws FormatException {
    return switch (name) {
      case "Removed" -> Pretokenizer.Behavior.REMOVED;
      case "Isolated" -> Pretokenizer.Behavior.ISOLATED;
      case "MergedWithPrevious" -> Pretokenizer.Behavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> Pretokenizer.Behavior.MERGED_WITH_NEXT;
      case "Contiguous" -> Pretokenizer.Behavior.CONTIGUOUS;
      default -> throw settings.unsupported("the behavior '" + name + "'");
    };
  }
}
