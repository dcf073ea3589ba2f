package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tessera.io.FormatException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Dictionaries of bonds as Python pickles them (`make_checkpoints.py`), and others.
class BondVocabularyTest {
  @TempDir Path folder;

  @Test
  void readsAPickledDict() throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(BondVocabularyTest.class.getResource("bond_dict.pkl")).toURI());
    BondVocabulary bonds = BondVocabulary.read(file);
    assertThat(bonds.size()).isEqualTo(4);
    assertThat(bonds.value(BondVocabulary.Kind.of(6, 6, 1.5))).contains(121);
    assertThat(bonds.kind(122)).contains(BondVocabulary.Kind.of(7, 6, 3));
    assertThat(bonds).hasToString("BondVocabulary[4 kinds]");
  }

  @Test
  void refusesOthers() throws IOException {
    assertRefused("].", "expected a dict of bonds, found another value");
    assertRefused(
        "}K\1K\2s.", "expected (atomic number, atomic number, bond type): value, found entry 0 of");
    assertRefused("}K\6K\6K\1\207K\1s.", "the bond C-C of type 1.0 has the value 1");
    assertRefused("}K\6K\5K\1\207K\167s.", "the lower first, not 6 and 5");
    assertRefused("}cos\nsystem\n.", "found 'os.system'");
  }

  /// @param pickle of protocol 2, without the first two bytes
  private void assertRefused(String pickle, String message) throws IOException {
    Path file = folder.resolve("x.pkl");
    Files.write(file, ("\200\2" + pickle).getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> BondVocabulary.read(file))
        .withMessageStartingWith(file.toString())
        .withMessageContaining(message);
  }
}
