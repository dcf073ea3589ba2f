package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rank files: what they hold, and which line is at fault where they do not.
class RankFileTest {
  @TempDir Path folder;

  private static String bytes() {
    StringBuilder lines = new StringBuilder();
    for (int value = 0; value < 256; value++) {
      lines.append(Base64.getEncoder().encodeToString(new byte[] {(byte) value}));
      lines.append(' ').append(value).append('\n');
    }
    return lines.toString();
  }

  private static RankFile read(String text, Integer... reserved) throws IOException {
    return RankFile.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
        "ranks.tiktoken",
        Set.of(reserved));
  }

  @Test
  void readsTokensInAnyOrderOfLines() throws IOException {
    RankFile file = read("YWJj 257\r\n\nYWI= 256\n" + bytes());
    assertThat(file.ranks()).isEqualTo(258);
    assertThat(file.tokens()).isEqualTo(258);
    assertThat(file.token(257)).isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
    assertThat(file.token(256)).isEqualTo("ab".getBytes(StandardCharsets.US_ASCII));
    assertThat(file.token(65)).isEqualTo(new byte[] {65});
  }

  @Test
  void ranksOfSpecialTokensMayBeMissing() throws IOException {
    RankFile file = read(bytes() + "YWI= 257\n", 256);
    assertThat(file.ranks()).isEqualTo(258);
    assertThat(file.tokens()).isEqualTo(257);
    assertThat(file.token(256)).isEmpty();
  }

  private static void refuses(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(FormatException.class)
        .hasMessage("ranks.tiktoken, " + message);
  }

  @Test
  void namesTheLineThatIsAtFault() {
    refuses(
        bytes() + "YWI= 258\n", "line 257: expected the rank 256, which no line has, found 258");
    refuses(
        bytes() + "YWI= 7\n", "line 257: expected each rank once, found 7, which line 8 has, too");
    refuses(
        bytes() + "YQ== 256\n",
        "line 257: expected each token once, found 'a', which line 98 has, too");
    refuses(bytes() + "Y*I= 256\n", "line 257: expected a token in Base64, found 'Y*I='");
    refuses(bytes() + "YWI 256\n", "line 257: expected a token in Base64, found 'YWI'");
    refuses(bytes() + "YWJ= 256\n", "line 257: expected a token in Base64, found 'YWJ='");
    refuses(bytes() + "==== 256\n", "line 257: expected a token in Base64, found '===='");
    refuses(
        bytes() + "YWI=\n",
        "line 257: expected a token in Base64, a space and a rank, found 'YWI='");
    refuses(
        bytes() + "YWI= 2147483648\n", "line 257: expected a rank below 2097152, found 2147483648");
    refuses(
        bytes() + "YWI= 99999999999999999999\n",
        "line 257: expected a rank, a number of at least 0, found '99999999999999999999'");
    refuses(bytes() + "YWI= -1\n", "line 257: expected a rank, a number of at least 0, found '-1'");
    refuses(
        bytes().replace("QQ== 65\n", "QUE= 65\n"),
        "line 256: expected each single byte as a token, found none for the byte 0x41 before the"
            + " file ends");
    refuses(
        "",
        "line 1: expected each single byte as a token, found none for the byte 0x00 before"
            + " the file ends");
  }

  @Test
  void writesWhatItReads() throws IOException {
    List<byte[]> tokens = new ArrayList<>();
    for (int value = 255; value >= 0; value--) {
      tokens.add(new byte[] {(byte) value});
    }
    tokens.add(new byte[0]); // a special token's
    tokens.add("\u00e9\n".getBytes(StandardCharsets.UTF_8));
    Path path = folder.resolve("written.tiktoken");
    RankFile.write(path, tokens);
    assertThat(Files.readAllLines(path)).hasSize(257).last().isEqualTo("w6kK 257");
    RankFile file = RankFile.read(path, Set.of(256));
    for (int rank = 0; rank < tokens.size(); rank++) {
      assertThat(file.token(rank)).isEqualTo(tokens.get(rank));
    }
    assertThat(file.ends()).hasSize(258);
    assertThat(Arrays.copyOfRange(file.allBytes(), 256, 259)).isEqualTo(tokens.get(257));
  }
}
