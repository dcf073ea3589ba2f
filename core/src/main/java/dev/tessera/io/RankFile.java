package dev.tessera.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/// The tokens of a `.tiktoken` file, which has a line for each: its bytes in Base64, a space, and
/// its rank, which is its id. Immutable.
///
/// Each rank from 0 to the greatest stands there once, those excepted that the reader knows to be
/// special tokens; so does each single byte. Lines may be empty, and may stand in any order.
public final class RankFile {
  /// More than any vocabulary has; the merge tables hold as many.
  private static final int MOST_RANKS = 1 << 21;

  /// Thirty times the longest known.
  private static final long MOST_FILE_BYTES = 128L << 20;

  private static final int BYTE_VALUES = 256;

  private final byte[] bytes;
  private final int[] ends;
  private final int tokens;

  private RankFile(byte[] bytes, int[] ends, int tokens) {
    this.bytes = bytes;
    this.ends = ends;
    this.tokens = tokens;
  }

  /// Reads `file`, whose ranks have no gaps.
  ///
  /// @throws FormatException if the file is not one; names the line
  public static RankFile read(Path file) throws IOException {
    return read(file, Set.of());
  }

  /// Reads `file`.
  ///
  /// @param reserved ranks that may be missing
  /// @throws FormatException if the file is not one; names the line
  public static RankFile read(Path file, Set<Integer> reserved) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), reserved);
    }
  }

  /// Reads `in` to its end.
  ///
  /// @param name what messages call it
  /// @param reserved ranks that may be missing
  /// @throws FormatException if it is no such file; names the line
  public static RankFile read(InputStream in, String name, Set<Integer> reserved)
      throws IOException {
    byte[] text = in.readNBytes((int) MOST_FILE_BYTES + 1);
    if (text.length > MOST_FILE_BYTES) {
      throw new FormatException(
          name + ": expected a rank file of at most " + MOST_FILE_BYTES + " bytes, found more");
    }
    RankLines lines = new RankLines(name, text, MOST_RANKS);
    lines.parse();
    return lines.arranged(reserved, BYTE_VALUES);
  }

  /// Puts tokens in the order of their ranks.
  ///
  /// @param ends `[ranks]`, where each ends in `bytes`
  static RankFile of(byte[] bytes, int[] ends, int tokens) {
    return new RankFile(bytes, ends, tokens);
  }

  /// One more than the greatest rank.
  public int ranks() {
    return ends.length;
  }

  /// How many tokens there are: fewer than [#ranks] where ranks are reserved.
  public int tokens() {
    return tokens;
  }

  /// The bytes of a token; none for a reserved rank.
  public byte[] token(int rank) {
    return Arrays.copyOfRange(bytes, rank == 0 ? 0 : ends[rank - 1], ends[rank]);
  }

  /// The bytes of all tokens, one behind the other, by ascending rank: a copy.
  public byte[] allBytes() {
    return bytes.clone();
  }

  /// `[ranks]`, where each token ends in [#allBytes]: a copy.
  public int[] ends() {
    return ends.clone();
  }

  /// Writes tokens to `file`, which appears whole or not at all: token i gets rank i.
  ///
  /// @param tokens no two with the same bytes, and none empty but those of ranks that special
  ///   tokens have, which are left out
  public static void write(Path file, Iterable<byte[]> tokens) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          int rank = 0;
          for (byte[] token : tokens) {
            if (token.length > 0) {
              out.write(Base64.getEncoder().encode(token));
              out.write((" " + rank + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            rank++;
          }
        });
  }
}
