package dev.tessera.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingResult;
import com.knuddels.jtokkit.api.EncodingType;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.tessera.Tessera;
import dev.tessera.adapters.djl.TesseraTokenizer;
import dev.tessera.adapters.jtokkit.TesseraEncoding;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each adapter beside the library that it stands in for, or by counts known to be right.
final class AdaptersTest {
  private static Tessera tessera;
  private static BpeTokenizer tokenizer;
  private static Encoding theirs;

  @BeforeAll
  static void open() throws IOException {
    tessera = Tessera.open();
    tokenizer = tessera.text(BpeVocabulary.named("cl100k"));
    theirs = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    tessera.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello world",
        "  It's 12345 o'clock\r\n\r\n\tnow ",
        "Zażółć gęślą jaźń, 東京都 の 天気 🙂👩‍👩‍👧",
        "int[] a = {1, 2};\n"
      })
  void jtokkitsResults(String text) {
    Encoding ours = new TesseraEncoding("cl100k_base", tokenizer);

    assertThat(ours.encode(text).toArray()).isEqualTo(theirs.encode(text).toArray());
    assertThat(ours.countTokens(text)).isEqualTo(theirs.countTokens(text));
    assertThat(ours.decode(ours.encodeOrdinary(text))).isEqualTo(text);
    for (int most : new int[] {1, 3, 100}) { // jtokkit gives one token where none is asked for
      EncodingResult our = ours.encode(text, most);
      EncodingResult their = theirs.encode(text, most);
      assertThat(our.getTokens().toArray()).as("%d", most).isEqualTo(their.getTokens().toArray());
      assertThat(our.isTruncated()).as("%d", most).isEqualTo(their.isTruncated());
    }
  }

  @Test
  void jtokkitsRuleForSpecialTokens() {
    Encoding ours = new TesseraEncoding("cl100k_base", tokenizer);

    assertThatThrownBy(() -> ours.encode("<|endoftext|>"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("<|endoftext|>");
    assertThat(ours.encodeOrdinary("<|endoftext|>").toArray())
        .isEqualTo(theirs.encodeOrdinary("<|endoftext|>").toArray());
    assertThat(ours.getName()).isEqualTo("cl100k_base");
  }

  @Test
  void langChainsCounts() {
    var estimator = new dev.tessera.adapters.langchain4j.TesseraTokenCountEstimator(tokenizer);

    assertThat(estimator.estimateTokenCountInText("hello world")).isEqualTo(2);
    assertThat(estimator.estimateTokenCountInMessage(UserMessage.from("hello world"))).isEqualTo(5);
    assertThat(
            estimator.estimateTokenCountInMessages(
                List.of(SystemMessage.from("hello world"), AiMessage.from("hello world"))))
        .isEqualTo(13);
  }

  @Test
  void springsCounts() {
    var estimator = new dev.tessera.adapters.springai.TesseraTokenCountEstimator(tokenizer);

    assertThat(estimator.estimate("hello world")).isEqualTo(2);
    assertThat(estimator.estimate((String) null)).isZero();
  }

  @Test
  void djlsTokensMakeTheTextAgain() {
    TesseraTokenizer ours = new TesseraTokenizer(tokenizer);
    String text = "hello 東京都 🙂";

    assertThat(ours.tokenize("hello world")).containsExactly("hello", " world");
    assertThat(ours.buildSentence(ours.tokenize(text))).isEqualTo(text);
  }
}
