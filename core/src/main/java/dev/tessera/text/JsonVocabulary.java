package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.bpe.FrozenPieces;
import dev.tessera.internal.normalizer.AlignedText;
import dev.tessera.internal.normalizer.Prepend;
import dev.tessera.internal.normalizer.Replace;
import dev.tessera.internal.normalizer.Sequence;
import dev.tessera.internal.normalizer.TextNormalizer;
import dev.tessera.io.ByteLevelAlphabet;
import dev.tessera.io.FormatException;
import dev.tessera.io.TokenizerJson;
import dev.tessera.io.TokenizerJson.AddedToken;
import dev.tessera.kernel.MergeOperand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts a vocabulary together from a `tokenizer.json`.
final class JsonVocabulary {
  private static final int BYTE_VALUES = 256;
  private static final String ESCAPED_SPACE = Character.toString(CharacterSymbols.ESCAPED_SPACE);

  private final TokenizerJson file;
  private final TokenizerJson.Model model;
  private final JsonPretokenizers pretokenizers;
  private final @Nullable TextNormalizer normalizer;
  private final @Nullable JsonDecoders decoders;
  private final @Nullable String[] tokens;

  JsonVocabulary(TokenizerJson file, String name) throws FormatException {
    this.file = file;
    model = file.model();
    normalizer = file.normalizer() == null ? null : JsonNormalizers.read(file.normalizer());
    pretokenizers = new JsonPretokenizers(file.preTokenizer());
    decoders = file.decoder() == null ? null : new JsonDecoders(file.decoder());
    tokens = allTokens(name);
  }

  /// The text of each token, added ones included.
  private @Nullable String[] allTokens(String name) throws FormatException {
    @Nullable String[] all = model.tokens();
    for (AddedToken token : file.addedTokens()) {
      Integer known = model.ids().get(token.content());
      if (known != null && known != token.id()) {
        throw new FormatException(
            "%s: expected the added token '%s' to have the id %d, as in the vocabulary, found %d"
                .formatted(name, token.content(), known, token.id()));
      }
      if (token.id() >= all.length) {
        all = Arrays.copyOf(all, token.id() + 1);
      }
      String other = all[token.id()];
      if (other != null && !other.equals(token.content())) {
        throw new FormatException(
            "%s: expected one token with the id %d, found '%s' and '%s'"
                .formatted(name, token.id(), other, token.content()));
      }
      all[token.id()] = token.content();
    }
    for (AddedToken token : file.addedTokens()) {
      if (token.normalized()) { // the reference decodes it to its normalized text
        all[token.id()] = normalized(token.content());
      }
    }
    return all;
  }

  TokenTemplate template() throws FormatException {
    return JsonTemplates.read(file.postProcessor());
  }

  /// The special tokens and their ids.
  Map<String, Integer> specialTokens() {
    Map<String, Integer> special = new LinkedHashMap<>();
    for (AddedToken token : file.addedTokens()) {
      if (token.special()) {
        special.put(token.content(), token.id());
      }
    }
    return special;
  }

  TextModel model() {
    int @Nullable [] byteSymbols = pretokenizers.isByteLevel() ? byteSymbols() : null;
    BpeTables tables = byteSymbols == null ? characterTables() : byteTables(byteSymbols);
    Pretokenizer pretokenizer = pretokenizers.pretokenizer();
    if (byteSymbols != null && isPlain(pretokenizer)) {
      return new TextModel(
          tables, pretokenizer.pattern().orElseThrow(), null, specialTokens(), null);
    }
    boolean fast = byteSymbols != null && pretokenizer.pattern().isPresent();
    return new TextModel(
        tables,
        fast ? pretokenizer.pattern().orElseThrow() : null,
        fast ? null : new WholePiece(),
        specialTokens(),
        pipeline(
            tables,
            fast ? Pretokenizer.sequence(List.of()) : pretokenizer,
            byteSymbols == null ? symbols() : null));
  }

  /// Whether the file asks for no more than a published pattern and special tokens as they stand.
  private boolean isPlain(Pretokenizer pretokenizer) {
    return normalizer == null
        && pretokenizers.prepare() == null
        && pretokenizer.pattern().isPresent()
        && decoders != null
        && decoders.isByteLevelAlone()
        && file.addedTokens().stream().allMatch(this::isPlain);
  }

  private boolean isPlain(AddedToken token) {
    return token.special()
        && !token.singleWord()
        && !token.stripLeft()
        && !token.stripRight()
        && token.normalized() == file.addedTokens().getFirst().normalized()
        && token.content().chars().allMatch(c -> c < 0x80);
  }

  /// The token of each byte; null if a byte has none.
  private int @Nullable [] byteSymbols() {
    int[] symbols = new int[BYTE_VALUES];
    for (int value = 0; value < BYTE_VALUES; value++) {
      Integer id = model.ids().get(ByteLevelAlphabet.spell(new byte[] {(byte) value}));
      if (id == null) {
        return null;
      }
      symbols[value] = id;
    }
    return symbols;
  }

  private BpeTables byteTables(int[] byteSymbols) {
    TokenTable table = new TokenTable(model.tokens().length);
    model
        .ids()
        .forEach(
            (token, id) -> {
              byte[] bytes = ByteLevelAlphabet.read(token);
              if (bytes != null) {
                table.set(id, bytes);
              }
            });
    return table.tables(byteSymbols, merges(), model.ignoreMerges());
  }

  private BpeTables characterTables() {
    TokenTable table = new TokenTable(model.tokens().length);
    model.ids().forEach((token, id) -> table.set(id, Utf8.bytes(token)));
    return table.tables(new int[0], merges(), model.ignoreMerges());
  }

  /// The merges by rank; of several for one pair the last counts, as in the reference.
  private MergeOperand merges() {
    int count = model.left().length;
    Map<Long, Integer> last = HashMap.newHashMap(count);
    for (int rank = 0; rank < count; rank++) {
      last.put((long) model.left()[rank] << 32 | model.right()[rank], rank);
    }
    int[] ranks = new int[count];
    Arrays.setAll(ranks, i -> i);
    int symbols = model.tokens().length;
    if (last.size() == count) {
      return new MergeOperand(model.left(), model.right(), model.merged(), ranks, symbols);
    }
    int[] kept = last.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    return new MergeOperand(
        Arrays.stream(kept).map(rank -> model.left()[rank]).toArray(),
        Arrays.stream(kept).map(rank -> model.right()[rank]).toArray(),
        Arrays.stream(kept).map(rank -> model.merged()[rank]).toArray(),
        kept,
        symbols);
  }

  private CharacterSymbols symbols() {
    Map<Integer, Integer> characters = new HashMap<>();
    model
        .ids()
        .forEach(
            (token, id) -> {
              if (!token.isEmpty() && token.codePointCount(0, token.length()) == 1) {
                characters.put(token.codePointAt(0), id);
              }
            });
    int[] byteTokens = new int[model.byteFallback() ? BYTE_VALUES : 0];
    for (int value = 0; value < byteTokens.length; value++) {
      byteTokens[value] = model.ids().getOrDefault("<0x%02X>".formatted(value), -1);
    }
    String unknown = model.unknownToken();
    return new CharacterSymbols(
        characters,
        byteTokens,
        unknown == null ? CharacterSymbols.NONE : model.ids().getOrDefault(unknown, -1),
        model.fuseUnknown(),
        new FrozenPieces(Map.of()),
        new int[0],
        Integer.MAX_VALUE);
  }

  private TextPipeline pipeline(
      BpeTables tables, Pretokenizer pretokenizer, @Nullable CharacterSymbols symbols) {
    List<AddedToken> asTheyStand = new ArrayList<>();
    Map<String, AddedToken> normalized = new LinkedHashMap<>();
    for (AddedToken token : file.addedTokens()) {
      if (token.normalized()) {
        normalized.putIfAbsent(normalized(token.content()), token);
      } else {
        asTheyStand.add(token);
      }
    }
    boolean byBytes = decoders != null && decoders.isByteLevelAlone();
    return new TextPipeline(
        AddedTokens.of(asTheyStand),
        normalizer,
        normalizer,
        escapedSpaces(),
        new AddedTokens(normalized),
        pretokenizers.prepare(),
        pretokenizers.prepareFirst(),
        pretokenizers.isByteLevel() && symbols != null,
        pretokenizer,
        tables,
        symbols,
        byBytes ? null : decoder(),
        decodeTables());
  }

  /// As in the files of Llama 2.
  private @Nullable EscapedSpaces escapedSpaces() {
    return normalizer instanceof Sequence(List<TextNormalizer> steps)
            && steps.size() == 2
            && steps.getFirst() instanceof Prepend prepend
            && prepend.puts(ESCAPED_SPACE)
            && steps.getLast() instanceof Replace replace
            && replace.puts(ESCAPED_SPACE, " ")
        ? new EscapedSpaces(true, true, false)
        : null;
  }

  private String normalized(String content) {
    if (normalizer == null) {
      return content;
    }
    byte[] utf8 = Utf8.bytes(content);
    AlignedText text = new AlignedText();
    text.begin(utf8, 0, utf8.length, false);
    normalizer.apply(text);
    return new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8);
  }

  private DecoderSteps decoder() {
    return new DecoderSteps(
        tokens, decoders == null ? List.of() : decoders.steps(), decoders == null ? " " : "");
  }

  private BpeTables decodeTables() {
    TokenTable table = new TokenTable(tokens.length);
    for (int id = 0; id < tokens.length; id++) {
      String token = tokens[id];
      if (token != null) {
        byte[] bytes = pretokenizers.isByteLevel() ? ByteLevelAlphabet.read(token) : null;
        table.set(id, bytes == null ? Utf8.bytes(token) : bytes);
      }
    }
    return table.decodeTables();
  }
}
