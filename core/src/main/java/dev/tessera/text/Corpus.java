package dev.tessera.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/// Text to learn from: documents in UTF-8, read once, from the first to the last, so that there may
/// be more of it than memory holds. Words never cross the border of two documents.
public final class Corpus {
  /// Opens the documents for reading.
  @FunctionalInterface
  private interface Source {
    CorpusReader open() throws IOException;
  }

  private final Source source;

  private Corpus(Source source) {
    this.source = source;
  }

  /// The lines of files, each with its line feed, is a document, as in Hugging Face's
  /// `tokenizer.train(files)`. A line longer than 64 MiB is cut there, between two characters.
  public static Corpus files(List<Path> files) {
    List<Path> copy = List.copyOf(files);
    return new Corpus(() -> new LineReader(copy));
  }

  /// Documents in UTF-8; the iterator is asked from one thread at a time, not always the same.
  public static Corpus documents(Iterable<byte[]> documents) {
    return new Corpus(() -> new DocumentReader(documents.iterator()));
  }

  /// Documents as strings; a lone surrogate is read as U+FFFD.
  public static Corpus texts(Iterable<String> texts) {
    return new Corpus(
        () -> {
          Iterator<String> iterator = texts.iterator();
          Utf8 utf8 = new Utf8(); // has a buffer, which many short texts would make many times
          return new DocumentReader(
              new Iterator<>() {
                @Override
                public boolean hasNext() {
                  return iterator.hasNext();
                }

                @Override
                public byte[] next() {
                  String text = iterator.next();
                  byte[] bytes =
                      new byte[Math.multiplyExact(text.length(), Utf8.MOST_BYTES_A_CHAR)];
                  return Arrays.copyOf(bytes, utf8.encode(text, 0, text.length(), bytes, 0));
                }
              });
        });
  }

  CorpusReader open() throws IOException {
    return source.open();
  }
}
