package dev.tessera.text;

import java.io.Closeable;
import java.io.IOException;

/// Reads a corpus batch by batch. For one thread at a time.
interface CorpusReader extends Closeable {
  /// Some bytes that a batch is filled to before it is handed out.
  int BATCH_BYTES = 1 << 19;

  /// Fills `batch` with the next whole documents.
  ///
  /// @return whether there were any
  boolean read(CorpusBatch batch) throws IOException;
}
