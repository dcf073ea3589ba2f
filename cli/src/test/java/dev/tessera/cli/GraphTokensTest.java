package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The second example of the README: from the packages of Debian to an id for each.
final class GraphTokensTest {
  private static final String GRAPH = "../samples/debian/edges.txt";
  private static final String FEATURES = "../samples/debian/features.npz:features";

  /// As in `DebianContract`, where every backend gives these tokens.
  private static final String TOKENS_SHA_256 =
      "39dc379d41bba483be37f9537b653bf3ba398c9eeb8e18bd5bcb36253c7fd206";

  @TempDir private Path folder;

  @Test
  void everyPackageGetsAnId() throws IOException, NoSuchAlgorithmException {
    Path tokens = folder.resolve("tokens.npy");
    Path codebook = folder.resolve("codebook.npy");
    Path ids = folder.resolve("ids.npy");
    succeed(
        "hops",
        GRAPH,
        "--undirected",
        "--features",
        FEATURES,
        "--self-loops",
        "--hops",
        3,
        "--output",
        tokens);
    Tensor written = Npy.open(tokens);
    assertThat(written.shape()).containsExactly(2580, 4, 51);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(written.segment().asByteBuffer());
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(TOKENS_SHA_256);
    succeed(
        "learn",
        tokens,
        "--flatten",
        "--codes",
        64,
        "--seed",
        7,
        "--iterations",
        3,
        "--output",
        codebook);
    assertThat(Npy.open(codebook).shape()).containsExactly(64, 204);
    succeed("quantize", tokens, "--flatten", "--codebook", codebook, "--output", ids);
    int[] found = Npy.open(ids).ids().toArray();
    assertThat(found).hasSize(2580);
    assertThat(Arrays.stream(found).distinct().count()).isEqualTo(64);
  }

  @Test
  void threeAxesAreNotFlattenedUnasked() {
    Path tokens = folder.resolve("tokens.npy");
    succeed("hops", GRAPH, "--undirected", "--features", FEATURES, "--hops", 1, "--output", tokens);
    CommandRun run =
        CommandRun.of("learn", tokens, "--codes", 4, "--output", folder.resolve("codebook.npy"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("expected two axes [rows x columns], found the shape [2580, 2, 51]")
        .contains("--flatten takes all axes but the first as one");
  }

  private static void succeed(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.status()).as(run.err()).isZero();
  }
}
