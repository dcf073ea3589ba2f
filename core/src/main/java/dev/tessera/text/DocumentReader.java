package dev.tessera.text;

import java.util.Iterator;

/// Reads the documents of an iterator.
final class DocumentReader implements CorpusReader {
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
}
