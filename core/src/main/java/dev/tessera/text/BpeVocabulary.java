package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.TokenIndex;
import dev.tessera.internal.normalizer.CharacterMap;
import dev.tessera.internal.normalizer.SentencePieceRules;
import dev.tessera.internal.normalizer.UnicodeForm;
import dev.tessera.io.FormatException;
import dev.tessera.io.RankFile;
import dev.tessera.io.SentencePieceModel;
import dev.tessera.io.TokenizerJson;
import dev.tessera.io.TokenizerJson.AddedToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A vocabulary for byte-pair encoding, with all that belongs to it: how text is normalized and
/// cut, what is merged in which order, special tokens, and how ids become text again. Immutable and
/// thread-safe.
///
/// | file | what decides which neighbours are joined | reference |
/// |---|---|---|
/// | `.tiktoken` | any two that make a token, the lowest rank first | tiktoken 0.14 |
/// | `tokenizer.json` | the list of merges, in its order | Hugging Face tokenizers 0.23 |
/// | SentencePiece `.model` | any two that make a piece, the greatest score first | SentencePiece 0.2 |
///
/// Of equal ones the leftmost is joined first.
public final class BpeVocabulary {
  /// Where a jar that many have keeps the rank files of the published encodings.
  private static final String RESOURCES = "com/knuddels/jtokkit/";

  private final String name;
  private final TextModel model;
  private final TokenTemplate template;
  private volatile @Nullable BpeTables all;
  private volatile @Nullable TokenIndex index;

  private BpeVocabulary(String name, TextModel model, TokenTemplate template) {
    this.name = name;
    this.model = model;
    this.template = template;
  }

  /// All tokens, special ones included.
  private BpeTables all() {
    BpeTables known = all;
    if (known == null) {
      TextPipeline pipeline = model.pipeline();
      known = pipeline == null ? withSpecial(model) : pipeline.decodeTables();
      all = known;
    }
    return known;
  }

  private static BpeTables withSpecial(TextModel model) {
    int ids = model.tables().ends().length;
    for (int id : model.specialTokens().values()) {
      ids = Math.max(ids, id + 1);
    }
    TokenTable table = TokenTable.of(model.tables()).grown(ids);
    model.specialTokens().forEach((token, id) -> table.set(id, Utf8.bytes(token)));
    return table.decodeTables();
  }

  /// A rank file, as tiktoken reads it.
  ///
  /// @param ranks the file
  /// @param specialTokens the special tokens and their ids, which no other token has; the file may
  ///   leave these ranks out
  /// @throws FormatException if the file is not one; names the line
  public static BpeVocabulary tiktoken(
      Path ranks, Pretokenizer pretokenizer, Map<String, Integer> specialTokens)
      throws IOException {
    RankFile file = RankFile.read(ranks, new HashSet<>(specialTokens.values()));
    return of(file, ranks.toString(), pretokenizer, specialTokens, false);
  }

  /// A published encoding, by the rank file on the class path.
  ///
  /// @param name `gpt2` (or `r50k`), `p50k`, `p50k_edit`, `cl100k`, `o200k` or `o200k_harmony`;
  ///   with `_base` behind it, too
  /// @throws IllegalArgumentException if there is no encoding of that name
  /// @throws IOException if there is no such rank file on the class path; says what helps
  public static BpeVocabulary named(String name) throws IOException {
    PublishedEncoding encoding = PublishedEncoding.named(name);
    try (InputStream in = resource(RESOURCES + encoding.file())) {
      if (in == null) {
        throw new IOException(
            ("the encoding %s needs the rank file %s: put com.knuddels:jtokkit on the class path,"
                    + " or say where the file is")
                .formatted(name, encoding.file()));
      }
      RankFile file =
          RankFile.read(in, encoding.file(), new HashSet<>(encoding.specialTokens().values()));
      return of(file, encoding.file(), encoding);
    }
  }

  private static @Nullable InputStream resource(String path) {
    InputStream in = null;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      in = context.getResourceAsStream(path);
    }
    return in == null ? ClassLoader.getSystemResourceAsStream(path) : in;
  }

  /// A published encoding, by a rank file.
  ///
  /// @param name as [#named(String)], also `llama3`, `qwen2` and `emu3`
  /// @param ranks the file, or a folder that holds it under its usual name, such as
  ///   `cl100k_base.tiktoken`
  /// @throws IllegalArgumentException if there is no encoding of that name
  /// @throws FormatException if the file is not one, or has another number of ranks; names the line
  public static BpeVocabulary named(String name, Path ranks) throws IOException {
    PublishedEncoding encoding = PublishedEncoding.named(name);
    Path file = Files.isDirectory(ranks) ? ranks.resolve(encoding.file()) : ranks;
    return of(
        RankFile.read(file, new HashSet<>(encoding.specialTokens().values())),
        file.toString(),
        encoding);
  }

  private static BpeVocabulary of(RankFile file, String name, PublishedEncoding encoding)
      throws FormatException {
    if (file.ranks() != encoding.ranks()) {
      throw new FormatException(
          "%s: expected the %d ranks of %s, found %d"
              .formatted(name, encoding.ranks(), encoding, file.ranks()));
    }
    return of(
        file,
        name,
        Pretokenizer.of(encoding.pattern()),
        encoding.specialTokens(),
        encoding.normalizes());
  }

  private static BpeVocabulary of(
      RankFile file,
      String name,
      Pretokenizer pretokenizer,
      Map<String, Integer> specialTokens,
      boolean normalizes)
      throws FormatException {
    Map<String, Integer> specials = new LinkedHashMap<>(specialTokens);
    for (Map.Entry<String, Integer> special : specials.entrySet()) {
      int id = special.getValue();
      if (id < 0 || (id < file.ranks() && file.token(id).length > 0)) {
        throw new FormatException(
            "%s: expected no token with the rank %d, which the special token %s has, found one"
                .formatted(name, id, special.getKey()));
      }
    }
    BpeTables tables = RankTables.of(file);
    if (!normalizes && pretokenizer.pattern().isPresent()) {
      TextModel model =
          new TextModel(tables, pretokenizer.pattern().orElseThrow(), null, specials, null);
      return new BpeVocabulary(name, model, TokenTemplate.NOTHING);
    }
    boolean fast = pretokenizer.pattern().isPresent();
    UnicodeForm form = normalizes ? new UnicodeForm(Normalizer.Form.NFC) : null;
    TextPipeline pipeline =
        new TextPipeline(
            AddedTokens.of(added(specials)),
            form,
            form,
            null,
            AddedTokens.of(List.of()),
            null,
            null,
            false,
            fast ? Pretokenizer.sequence(List.of()) : pretokenizer,
            tables,
            null,
            null,
            withSpecial(new TextModel(tables, null, null, specials, null)));
    return new BpeVocabulary(
        name,
        new TextModel(
            tables,
            fast ? pretokenizer.pattern().orElseThrow() : null,
            fast ? null : new WholePiece(),
            specials,
            pipeline),
        TokenTemplate.NOTHING);
  }

  private static List<AddedToken> added(Map<String, Integer> specials) {
    List<AddedToken> tokens = new ArrayList<>();
    specials.forEach(
        (token, id) -> tokens.add(new AddedToken(id, token, false, false, false, false, true)));
    return tokens;
  }

  /// A `tokenizer.json` with a BPE model, as Hugging Face's tokenizers read it.
  ///
  /// What it puts around the ids of a text is left to [#template()]; decoding keeps special tokens.
  ///
  /// @throws FormatException if it is no such file, or asks for something that Tessera does not
  ///   have; names it
  public static BpeVocabulary tokenizerJson(Path file) throws IOException {
    JsonVocabulary vocabulary = new JsonVocabulary(TokenizerJson.read(file), file.toString());
    return new BpeVocabulary(file.toString(), vocabulary.model(), vocabulary.template());
  }

  /// A SentencePiece model with byte-pair encoding; where special tokens stand in a text, the space
  /// that is put before the text is also put before what follows each of them, as in the models of
  /// the time of Llama 2.
  ///
  /// @throws FormatException if it is no such file, or asks for something that Tessera does not
  ///   have; names it
  public static BpeVocabulary sentencePiece(Path file) throws IOException {
    return sentencePiece(file, true);
  }

  /// A SentencePiece model with byte-pair encoding.
  ///
  /// @param legacyPrefix whether the space that is put before a text is also put before what
  ///   follows a special token
  /// @throws FormatException as [#sentencePiece(Path)]
  public static BpeVocabulary sentencePiece(Path file, boolean legacyPrefix) throws IOException {
    SentencePieceModel model = SentencePieceModel.read(file);
    for (SentencePieceModel.Piece piece : model.pieces()) {
      if (piece.type() == SentencePieceModel.Type.UNUSED) {
        throw new FormatException(
            "%s: asks for pieces of the type UNUSED, such as '%s', which Tessera does not have"
                .formatted(file, piece.text()));
      }
    }
    SentencePieceTables tables = new SentencePieceTables(model);
    SentencePieceRules rules = rules(model, tables, file);
    Map<String, Integer> specials = new LinkedHashMap<>();
    for (int id = 0; id < model.pieces().size(); id++) {
      SentencePieceModel.Type type = model.pieces().get(id).type();
      if (type == SentencePieceModel.Type.CONTROL || type == SentencePieceModel.Type.UNKNOWN) {
        specials.put(model.pieces().get(id).text(), id);
      }
    }
    TokenTable table = new TokenTable(model.pieces().size());
    for (int id = 0; id < model.pieces().size(); id++) {
      table.set(id, SentencePieceDecoder.bytes(model.pieces().get(id)));
    }
    TextPipeline pipeline =
        new TextPipeline(
            AddedTokens.of(added(specials)),
            legacyPrefix ? rules : text -> rules.apply(text, false),
            rules,
            rules.escapesOnly()
                ? new EscapedSpaces(rules.addsSpace(), legacyPrefix && rules.addsSpace(), true)
                : null,
            AddedTokens.of(List.of()),
            null,
            null,
            false,
            Pretokenizer.sequence(List.of()),
            tables.tables(),
            tables.symbols(),
            new SentencePieceDecoder(model),
            table.decodeTables());
    Integer begin = specials.get("<s>");
    return new BpeVocabulary(
        file.toString(),
        new TextModel(tables.tables(), null, new WholePiece(), specials, pipeline),
        begin == null ? TokenTemplate.NOTHING : beginning(begin));
  }

  private static TokenTemplate beginning(int begin) {
    TokenTemplate.Part token = TokenTemplate.Part.token(begin);
    return new TokenTemplate(
        List.of(token, TokenTemplate.Part.FIRST),
        List.of(token, TokenTemplate.Part.FIRST, token, TokenTemplate.Part.SECOND));
  }

  private static SentencePieceRules rules(
      SentencePieceModel model, SentencePieceTables tables, Path file) throws FormatException {
    SentencePieceModel.Normalizer normalizer = model.normalizer();
    try {
      byte[] map = normalizer.characterMap();
      return new SentencePieceRules(
          map.length == 0 ? null : CharacterMap.of(map),
          tables.symbols().frozen(),
          normalizer.addDummyPrefix(),
          model.whitespaceAsSuffix(),
          normalizer.removeExtraWhitespace(),
          normalizer.escapeWhitespace());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": expected a character map, found that " + e.getMessage());
    }
  }

  /// The file, or what is known of it.
  public String name() {
    return name;
  }

  /// One more than the greatest id.
  public int size() {
    return all().ends().length;
  }

  /// The special tokens and their ids.
  public Map<String, Integer> specialTokens() {
    return Map.copyOf(model.specialTokens());
  }

  /// What a model expects around the ids of a text.
  public TokenTemplate template() {
    return template;
  }

  /// The bytes of a token: of a special one its text in UTF-8; where characters are the symbols,
  /// with U+2581 for spaces. None if there is no such token.
  public byte[] bytes(int id) {
    if (id < 0 || id >= size()) {
      return new byte[0];
    }
    BpeTables tables = all();
    return Arrays.copyOfRange(tables.bytes(), tables.start(id), tables.ends()[id]);
  }

  /// The id of the token that has these bytes; of several the lowest.
  public Optional<Integer> id(byte[] bytes) {
    TokenIndex known = index;
    if (known == null) {
      known = new TokenIndex(all());
      index = known;
    }
    int id = known.find(bytes, 0, bytes.length);
    return id < 0 ? Optional.empty() : Optional.of(id);
  }

  /// What a tokenizer is made of.
  TextModel model() {
    return model;
  }

  /// The tables that merging needs.
  BpeTables tables() {
    return model.tables();
  }

  @Override
  public String toString() {
    return "BpeVocabulary[" + name + ", " + size() + " ids]";
  }
}
