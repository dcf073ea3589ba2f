package dev.tessera.cli;

import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.EncodedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files that ids go to, which appear together when all is written: the ids, where those of
/// each text begin, and, on request, which bytes each stands for.
final class TokenOutput implements AutoCloseable {
  private final @Nullable Path target;
  private final @Nullable NpyWriter ids;
  private final @Nullable NpyWriter spans;
  private final List<Long> ends = new ArrayList<>();

  private TokenOutput(@Nullable Path target, @Nullable NpyWriter ids, @Nullable NpyWriter spans) {
    this.target = target;
    this.ids = ids;
    this.spans = spans;
    ends.add(0L);
  }

  /// Opens the files; none where `target` is null.
  static TokenOutput open(@Nullable Path target, boolean withSpans) throws IOException {
    if (target == null) {
      return new TokenOutput(null, null, null);
    }
    NpyWriter ids = Writing.to(target, () -> NpyWriter.vector(target, ElementType.U32));
    try {
      Path beside = beside(target, ".spans.npy");
      return new TokenOutput(
          target,
          ids,
          withSpans
              ? Writing.to(beside, () -> NpyWriter.matrix(beside, ElementType.I64, 2))
              : null);
    } catch (IOException | RuntimeException e) {
      ids.close();
      throw e;
    }
  }

  /// The file beside `target` whose name ends with `ending` instead of `.npy`.
  private static Path beside(Path target, String ending) {
    String name = target.getFileName().toString();
    String stem = name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
    return target.resolveSibling(stem + ending);
  }

  /// Appends ids of the present text.
  void append(TokenIds block) throws IOException {
    NpyWriter writer = ids;
    if (writer != null && target != null) {
      Writing.to(
          target,
          () -> {
            writer.append(block);
            return writer;
          });
    }
  }

  /// The present text ends here.
  void endText() {
    if (ids != null) {
      ends.add(ids.rows());
    }
  }

  /// Appends all ids of the present text.
  void append(EncodedText text) throws IOException {
    append(TokenIds.of(text.ids()));
    NpyWriter writer = spans;
    if (writer != null && target != null) {
      long[] pairs = new long[2 * text.ids().length];
      for (int i = 0; i < text.ids().length; i++) {
        pairs[2 * i] = text.byteStart(i);
        pairs[2 * i + 1] = text.byteEnds()[i];
      }
      Writing.to(
          target,
          () -> {
            writer.append(pairs);
            return writer;
          });
    }
  }

  /// Makes the files appear.
  void commit() throws IOException {
    if (ids == null || target == null) {
      return;
    }
    if (ends.size() > 2) {
      Path beside = beside(target, ".offsets.npy");
      try (NpyWriter offsets =
          Writing.to(beside, () -> NpyWriter.vector(beside, ElementType.I64))) {
        offsets.append(ends.stream().mapToLong(Long::longValue).toArray());
        offsets.commit();
      }
    }
    if (spans != null) {
      spans.commit();
    }
    ids.commit();
  }

  @Override
  public void close() throws IOException {
    try {
      if (ids != null) {
        ids.close();
      }
    } finally {
      if (spans != null) {
        spans.close();
      }
    }
  }
}
