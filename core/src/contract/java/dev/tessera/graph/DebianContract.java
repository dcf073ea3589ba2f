package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.io.Npz;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelReport;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import dev.tessera.vq.Quantizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The packages of Debian (`samples/debian`) from a graph to node ids, on every backend to the bit:
/// hop tokens, a codebook learned from them, and each package's id in it. Subclasses name the
/// backend.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DebianContract {
  private static final Path SAMPLE = Path.of("../samples/debian");
  static final int HOPS = 3;
  private static final int CODES = 64;
  private static final String TOKENS_SHA_256 =
      "39dc379d41bba483be37f9537b653bf3ba398c9eeb8e18bd5bcb36253c7fd206";
  private static final String CODEBOOK_SHA_256 =
      "da548875d7560bc071e95d9dc523ea511320aec4f982c0bdda80eb32899b5732";
  private static final String IDS_SHA_256 =
      "f50605ab2f8ba5613008806994f03271ac3a42e6fc977d13bb254244aa924b3d";

  private final String backend;

  /// @param backend the name of the backend under test
  protected DebianContract(String backend) {
    this.backend = backend;
  }

  static Graph graph() throws IOException {
    return GraphFile.load(
        SAMPLE.resolve("edges.txt"), GraphOptions.UNDIRECTED.withNodes(packages().size()));
  }

  static List<String> packages() throws IOException {
    return Files.readAllLines(SAMPLE.resolve("packages.txt"));
  }

  static FloatMatrix features() throws IOException {
    return Npz.open(SAMPLE.resolve("features.npz")).tensor("features").floats();
  }

  FloatTensor tokens(Tessera tessera) throws IOException {
    try (HopAggregator hops = tessera.hops(graph(), Normalization.SYMMETRIC.withSelfLoops())) {
      FloatTensor tokens = hops.aggregate(features(), HOPS);
      assertServed(hops.report());
      return tokens;
    }
  }

  @Test
  void hopTokensAreThoseOfEveryBackend() throws IOException {
    for (int threads : new int[] {1, 7}) {
      try (Tessera tessera = Tessera.open(backend, new BackendOptions(threads))) {
        assertThat(sha256(tokens(tessera).segment())).isEqualTo(TOKENS_SHA_256);
      }
    }
  }

  @Test
  void packagesGetTheIdsOfEveryBackend() throws IOException {
    try (Tessera tessera = Tessera.open(backend, new BackendOptions(2))) {
      FloatTensor tokens = tokens(tessera);
      FloatMatrix vectors =
          FloatMatrix.of(
              tokens.segment(), tokens.first(), (int) (tokens.second() * tokens.third()));
      LearnedCodebook learned =
          tessera.learn(vectors, KMeansOptions.of(CODES, 7).withIterations(6));
      Codebook codebook = learned.codebook();
      assertThat(sha256(codebook.codewords().segment())).isEqualTo(CODEBOOK_SHA_256);
      try (Quantizer quantizer = tessera.quantizer(codebook)) {
        TokenIds ids = quantizer.encode(vectors);
        assertThat(sha256(ids.segment())).isEqualTo(IDS_SHA_256);
        assertThat(ids.toArray()).contains(0, CODES - 1);
        assertServed(quantizer.report());
      }
    }
  }

  private void assertServed(KernelReport report) {
    assertThat(report.backends()).extracting(KernelReport.Served::backend).containsExactly(backend);
    assertThat(report.backends().getFirst().calls()).isPositive();
  }

  private static String sha256(MemorySegment segment) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(segment.asByteBuffer());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
