package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.text.BpeVocabulary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `tokenizer.json` files: what they hold, and what is refused by its name.
class TokenizerJsonTest {
  private static final String SMALL =
      "{'version':'1.0','added_tokens':[],'normalizer':null,'pre_tokenizer':null,"
          + "'post_processor':null,'decoder':null,"
          + "'model':{'type':'BPE','vocab':{'a':0,'b':1,'ab':2},'merges':['a b']}}";

  @TempDir Path folder;

  private static TokenizerJson read(String json) throws IOException {
    return TokenizerJson.read(
        new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
        "tokenizer.json");
  }

  private BpeVocabulary vocabulary(String json) throws IOException {
    Path file = folder.resolve("t.json");
    Files.writeString(file, json.replace('\'', '"'));
    return BpeVocabulary.tokenizerJson(file);
  }

  @Test
  void readsMergesAsStringsAndAsPairs() throws IOException {
    for (String merges : List.of("['a b']", "[['a','b']]")) {
      TokenizerJson.Model model = read(SMALL.replace("['a b']", merges)).model();
      assertThat(model.ids()).containsExactlyInAnyOrderEntriesOf(Map.of("a", 0, "b", 1, "ab", 2));
      assertThat(model.left()).containsExactly(0);
      assertThat(model.right()).containsExactly(1);
      assertThat(model.merged()).containsExactly(2);
      assertThat(model.tokens()).containsExactly("a", "b", "ab");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type':'BPE'|'type':'Unigram'|asks for the model 'Unigram', which Tessera does not have",
        "'type':'BPE'|'type':'BPE','dropout':0.1|asks for 'dropout'",
        "'type':'BPE'|'type':'BPE','novel':1|asks for 'novel', which Tessera does not have",
        "'type':'BPE'|'type':'BPE','end_of_word_suffix':'</w>'|asks for the 'end_of_word_suffix'"
            + " '</w>'",
        "'type':'BPE'|'type':'BPE','continuing_subword_prefix':'##'|'continuing_subword_prefix'"
            + " '##'",
        "'type':'BPE'|'type':'BPE','unk_token':'<unk>'|'unk_token' to be in the vocabulary, found"
            + " '<unk>'",
        "'a b'|'a c'|expected the tokens of merge 0 to be in the vocabulary, found 'c', which is"
            + " not",
        "'a b'|'a b c'|expected two tokens and a space between them, found 'a b c'",
        "'a b'|['a']|expected two tokens, found ']'",
        "'a b'|7|expected two tokens, found '7'",
        "'b':1|'b':0|expected each id once, found 0 again, of 'b'",
        "'b':1|'a':1|expected each token once, found 'a' again",
        "'b':1|'b':-1|expected an id of 0 to 2097151, found -1",
        "'b':1|'b':2147483648|expected an id of 0 to 2097151, found 2147483648",
        "'b':1|'b':'1'|expected the id of a token, found '1'",
        "'1.0'|'2.0'|expected the version '1.0', found '2.0'",
        "'version'|'truncation':{'max_length':3},'version'|asks for 'truncation'",
        "'version'|'novel':[],'version'|asks for 'novel'",
        "'model':{|'model':[],'m':{|expected an object",
        "'added_tokens':[]|'added_tokens':[{'id':0}]|expected a string as 'content', found none",
        "'added_tokens':[]|'added_tokens':[{'id':0,'content':'x','odd':1}]|asks for 'odd'",
        "'normalizer':null|'normalizer':'NFC'|expected an object as 'normalizer', found 'NFC'",
        "'decoder':null|'decoder':null,'decoder':null|expected each name once, found 'decoder'"
            + " again",
      })
  void refusesByName(String part, String replacement, String message) {
    assertThat(SMALL).contains(part);
    assertThatThrownBy(() -> read(SMALL.replace(part, replacement)))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("tokenizer.json")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "normalizer|{'type':'Nmt'}|normalizer: asks for the normalizer 'Nmt', which Tessera does"
            + " not have",
        "normalizer|{'type':'NFC','strict':true}|asks for 'strict'",
        "normalizer|{'type':'Sequence','normalizers':[{'type':'Odd'}]}|normalizers[0]: asks for the"
            + " normalizer 'Odd'",
        "normalizer|{'type':'Replace','pattern':{'Regex':'(a'},'content':''}|expected a regular"
            + " expression",
        "normalizer|{'type':'Replace','pattern':{'String':''},'content':''}|expected a pattern,"
            + " found an empty one",
        "normalizer|{'type':'Precompiled','precompiled_charsmap':'AAAA'}|expected a character map"
            + " in Base64, found",
        "normalizer|{'type':'Precompiled','precompiled_charsmap':'/////w=='}|expected a character"
            + " map in Base64, found",
        "pre_tokenizer|{'type':'UnicodeScripts'}|asks for the pre-tokenizer 'UnicodeScripts'",
        "pre_tokenizer|{'type':'Split','pattern':{'String':'x'},'behavior':'Odd'}|asks for the"
            + " behavior 'Odd'",
        "pre_tokenizer|{'type':'Metaspace','prepend_scheme':'odd'}|asks for the 'prepend_scheme'"
            + " 'odd'",
        "pre_tokenizer|{'type':'Sequence','pretokenizers':[{'type':'ByteLevel'},{'type':'Digits'}]}|asks"
            + " for a step behind ByteLevel, 'Digits'",
        "decoder|{'type':'BPEDecoder','suffix':'</w>'}|asks for the decoder 'BPEDecoder'",
        "decoder|{'type':'Strip','content':'ab','start':1,'stop':0}|expected one character as"
            + " 'content', found 'ab'",
        "post_processor|{'type':'BertProcessing'}|asks for the post-processor 'BertProcessing'",
        "post_processor|{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<s>'}}],'pair':[],'special_tokens':{}}|expected"
            + " one of the 'special_tokens', found '<s>'",
        "added_tokens|[{'id':5,'content':'ab'}]|expected the added token 'ab' to have the id 2, as"
            + " in the vocabulary, found 5",
        "added_tokens|[{'id':2,'content':'x'}]|expected one token with the id 2, found 'ab' and"
            + " 'x'",
      })
  void refusesSettingsByName(String name, String value, String message) {
    String part = "'" + name + "':" + (name.equals("added_tokens") ? "[]" : "null");
    assertThat(SMALL).contains(part);
    assertThatThrownBy(() -> vocabulary(SMALL.replace(part, "'" + name + "':" + value)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("t.json")
        .hasMessageContaining(message);
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    for (String part : List.of("'added_tokens':[]", "'normalizer':null")) {
      String name = part.substring(0, part.indexOf(':') + 1);
      assertThatThrownBy(() -> read(SMALL.replace(part, name + deep)))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("nesting depth");
    }
    assertThatThrownBy(() -> read(SMALL.replace("['a b']", deep)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void aFileOfAGigabyteIsRefusedUnread() throws IOException {
    Path file = folder.resolve("large.json");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(1L << 30); // sparse
    }
    assertThatThrownBy(() -> TokenizerJson.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file + ": expected a tokenizer.json of at most 134217728 bytes, found 1073741824");
  }

  @Test
  void saysWhereTheJsonEnds() {
    assertThatThrownBy(() -> read(SMALL.substring(0, 150)))
        .isInstanceOf(FormatException.class)
        .hasMessageMatching("tokenizer.json, line 1, column \\d+: expected JSON, found .*");
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path file = folder.resolve("written.json");
    List<byte[]> tokens =
        List.of(
            "<|end|>".getBytes(StandardCharsets.UTF_8),
            new byte[] {' '},
            new byte[] {'a'},
            new byte[] {(byte) 0xE9},
            new byte[] {' ', 'a'});
    new ByteLevelBpe(
            tokens, new int[] {1}, new int[] {2}, Map.of("<|end|>", 0), "\\p{L}+|[^\\p{L}]")
        .write(file);
    TokenizerJson read = TokenizerJson.read(file);
    assertThat(read.model().ids())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("<|end|>", 0, "\u0120", 1, "a", 2, "\u00e9", 3, "\u0120a", 4));
    assertThat(read.model().left()).containsExactly(1);
    assertThat(read.model().merged()).containsExactly(4);
    assertThat(read.addedTokens())
        .containsExactly(
            new TokenizerJson.AddedToken(0, "<|end|>", false, false, false, false, true));
    assertThat(BpeVocabulary.tokenizerJson(file).bytes(4)).containsExactly(' ', 'a');
  }
}
