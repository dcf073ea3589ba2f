package dev.tessera.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/// Reads the documents of an iterator.
final class DocumentReader implements CorpusReader {
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

  private final Iterator<byte[]> documents;

  DocumentReader(Iterator<byte[]> documents) {
    this.documents = documents;
  }

  @Override
  public boolean read(CorpusBatch batch) {
    batch.clear();
    while (batch.length() < BATCH_BYTES && documents.hasNext()) {
      batch.append(documents.next());
    }
    return batch.documents() > 0;
  }

  @Override
  public void close() {
    // an iterator holds nothing
  }

  /// `text` in UTF-8, lone surrogates as U+FFFD.
  static byte[] utf8(String text) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE)
              .replaceWith(REPLACEMENT)
              .encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("an encoder that replaces never fails", e);
    }
  }
}
