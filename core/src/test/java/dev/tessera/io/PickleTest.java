package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pickles by Python, and by liars.
class PickleTest {
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void readsPlainValues(int protocol) throws IOException {
    Map<?, ?> values = (Map<?, ?>) Pickle.read(Fixtures.path("values_" + protocol + ".pkl"));
    assertThat(values.get(List.of(6L, 6L, 1.0))).isEqualTo(119L);
    assertThat(values.get(List.of(6L, 8L, 1.0))).isEqualTo(120L);
    assertThat(values.get("list"))
        .isEqualTo(
            List.of(
                1L,
                -1L,
                255L,
                256L,
                65536L,
                -(1L << 31),
                1L << 40,
                -(1L << 62),
                BigInteger.ONE.shiftLeft(63),
                true,
                false,
                Pickle.NONE,
                2.5));
    assertThat(values.get("text")).isEqualTo(List.of("", "é", "x".repeat(300)));
    assertThat((byte[]) ((List<?>) values.get("bytes")).getFirst())
        .isEqualTo("ab".getBytes(StandardCharsets.UTF_8));
    assertThat(values.get("tuples"))
        .isEqualTo(
            List.of(
                List.of(),
                List.of(1L),
                List.of(1L, 2L),
                List.of(1L, 2L, 3L),
                List.of(1L, 2L, 3L, 4L)));
    assertThat(Pickle.NONE).hasToString("None");
  }

  @Test
  void readsListsAndDictsOfTheOlderOpcodes() throws FormatException {
    assertThat(parse(new PickleBytes().op('(', 'K', 1, 'K', 2, 'l').end()))
        .isEqualTo(List.of(1L, 2L));
    assertThat(parse(new PickleBytes().op('(', 'K', 1, 'K', 2, 'd').end()))
        .isEqualTo(Map.of(1L, 2L));
    assertThat(parse(new PickleBytes().op('K', 1, '2', '0', '(', 'K', 3, '1').end())).isEqualTo(1L);
    assertThat(
            parse(
                new PickleBytes()
                    .global("collections", "OrderedDict")
                    .op(']', 'K', 7, 'K', 8, 0x86, 'a', 0x85, 'R')
                    .end()))
        .isEqualTo(Map.of(7L, 8L));
    assertThat(parse(new PickleBytes().op('U', 2, 'a', 0xe9).end())).isEqualTo("aé");
    assertThat(parse(new PickleBytes().op(0x8a, 0).end())).isEqualTo(0L);
  }

  private static Object parse(byte[] pickle) throws FormatException {
    return Pickle.parse(Fixtures.file(pickle));
  }

  private static void assertRefused(String message, PickleBytes pickle) {
    assertRefused(message, pickle.end());
  }

  private static void assertRefused(String message, byte[] pickle) {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> parse(pickle))
        .withMessage("lie, byte " + message);
  }

  @Test
  void refusesEveryOtherNameByName() {
    String only =
        "expected only names that stand for plain values and tensors (nothing is executed), found ";
    assertRefused("2: " + only + "'os.system'", new PickleBytes().global("os", "system"));
    assertRefused(
        "2: " + only + "'builtins.eval'",
        new PickleBytes().global("builtins", "eval").op(')', 'R'));
    assertRefused(
        "17: " + only + "'posix.system'",
        new PickleBytes()
            .op(0x8c, 5, 'p', 'o', 's', 'i', 'x')
            .op(0x8c, 6, 's', 'y', 's', 't', 'e', 'm')
            .op(0x93));
  }

  @Test
  void refusesWhatIsNoPickle() {
    assertRefused(
        "0: expected 1 bytes of a pickle's first opcode, found 0 bytes up to the end", new byte[0]);
    assertRefused(
        "0: expected a pickle of protocol 2 to 5 (80 02), found 50 4b", new byte[] {'P', 'K'});
    assertRefused(
        "0: expected a pickle of protocol 2 to 5 (80 02), found 80 06",
        new byte[] {(byte) 0x80, 6});
    assertRefused("2: expected an opcode of plain values, found 50", new PickleBytes().op('P'));
    assertRefused("2: expected a value on the stack, found none", new PickleBytes());
    assertRefused(
        "6: expected one value at the end, found 1 more", new PickleBytes().op('N', 'N', 'N', '0'));
    assertRefused(
        "4: expected the end of the pickle, found 2 bytes more",
        new PickleBytes().op('N', '.', 'N'));
    assertRefused("3: expected a mark on the stack, found none", new PickleBytes().op('N', 't'));
    assertRefused("3: expected a value on the stack, found none", new PickleBytes().op('(', '0'));
    assertRefused("4: expected a list to add to, found None", new PickleBytes().op('N', 'N', 'a'));
    assertRefused(
        "5: expected a dict to put into, found a list of 0",
        new PickleBytes().op(']', 'N', 'N', 's'));
    assertRefused(
        "5: expected keys with a value each, found 1 items",
        new PickleBytes().op('}', '(', 'N', 'u'));
    assertRefused(
        "2: expected a value that was remembered as 3, found none", new PickleBytes().op('h', 3));
    assertRefused(
        "4: expected a class or a function, found None", new PickleBytes().op('N', ')', 'R'));
    assertRefused(
        "4: expected an OrderedDict to have attributes, found None",
        new PickleBytes().op('N', 'N', 'b'));
    assertRefused(
        "3: expected a pickle that needs nothing beside it, found a persistent id",
        new PickleBytes().op('N', 'Q'));
    assertRefused(
        "7: expected 4294967295 bytes of a value, found 1 bytes up to the end",
        new PickleBytes().op('X', 0xff, 0xff, 0xff, 0xff));
    assertRefused(
        "2: expected a string in UTF-8, found other bytes", new PickleBytes().op(0x8c, 1, 0xff));
    assertRefused(
        "5: expected a key that is a number, a string or a tuple of these, found a list of 0",
        new PickleBytes().op('}', ']', 'N', 's'));
  }

  @Test
  void truncationsAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("values_4.pkl"));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(FormatException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> parse(cut));
    }
  }

  /// 100,000 lists in each other, and a tuple of them as a key: nothing descends.
  @Test
  void depthTakesNoStack() throws FormatException {
    PickleBytes nested = new PickleBytes();
    for (int i = 0; i < 100_000; i++) {
      nested.op(']');
    }
    for (int i = 1; i < 100_000; i++) {
      nested.op('a');
    }
    assertThat(parse(nested.end())).isInstanceOf(List.class);
    PickleBytes key = new PickleBytes().op('}', 'N');
    for (int i = 0; i < 100_000; i++) {
      key.op(0x85);
    }
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> parse(key.op('N', 's').end()))
        .withMessageContaining(
            "a key that is a number, a string or a tuple of these, found a tuple");
  }

  @Test
  void hostilePicklesAreReadOrRefused() throws IOException {
    HostileBytes.assertReadOrRefused(
        "values",
        Files.readAllBytes(Fixtures.path("values_4.pkl")),
        5_000,
        20261126L,
        HostileFilesTest::mutate,
        (name, bytes) -> {
          try {
            parse(bytes);
            return true;
          } catch (FormatException e) {
            assertThat(e.getMessage()).startsWith("lie, byte ").contains("expected", "found");
            return false;
          }
        });
  }
}
