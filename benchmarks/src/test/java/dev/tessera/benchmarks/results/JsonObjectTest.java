package dev.tessera.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonObjectTest {
  private static final String TEXT =
      "{\"b\":1,\"a\":[1.5,[2,null]],\"c\":{\"d\":\"é\\\"<\"},\"e\":true,\"f\":null,\"g\":\"NaN\"}";

  @Test
  void whatIsWrittenIsWhatWasRead() {
    JsonObject object = JsonObject.parse(TEXT);

    assertThat(object.onOneLine()).isEqualTo(TEXT);
    assertThat(JsonObject.parse(object.toString())).isEqualTo(object);
    assertThat(object.whole("b")).isEqualTo(1);
    assertThat(object.numbers("a")).containsExactly(1.5, 2.0);
    assertThat(object.object("c").text("d")).isEqualTo("é\"<");
    assertThat(object.flag("e")).isTrue();
    assertThat(object.has("f")).isFalse();
    assertThat(object.number("g")).isNaN();
    assertThat(object.number("h", 7)).isEqualTo(7);
  }

  @Test
  void numbersThatJsonCannotSayBecomeNull() {
    JsonObject object = JsonObject.empty().with("x", List.of(Double.NaN, 1.0));

    assertThat(object.onOneLine()).isEqualTo("{\"x\":[null,1.0]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "7", "{", "{\"a\":}", "{} {}", "{\"a\":1}x"})
  void whatIsNoObjectIsRefused(String text) {
    assertThatThrownBy(() -> JsonObject.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFieldOfAnotherKindIsNamed() {
    JsonObject object = JsonObject.parse(TEXT);

    assertThatThrownBy(() -> object.text("b")).hasMessage("expected a text in the field `b`");
    assertThatThrownBy(() -> object.number("e")).hasMessage("expected a number in the field `e`");
    assertThatThrownBy(() -> object.whole("z")).hasMessage("expected an integer in the field `z`");
    assertThatThrownBy(() -> object.objects("c")).hasMessage("expected a list in the field `c`");
  }
}
