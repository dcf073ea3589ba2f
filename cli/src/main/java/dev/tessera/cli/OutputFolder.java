package dev.tessera.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// A folder for outputs, made where it does not exist, with all folders above it. [#close] without
/// [#keep] takes away again what it made.
final class OutputFolder implements Closeable {
  private final Path path;
  private final Deque<Path> made;
  private boolean kept;

  private OutputFolder(Path path, Deque<Path> made) {
    this.path = path;
    this.made = made;
  }

  static OutputFolder open(Path path) throws IOException {
    Deque<Path> made = new ArrayDeque<>();
    OutputFolder folder = new OutputFolder(path, made);
    try {
      Deque<Path> missing = new ArrayDeque<>();
      for (Path at = path.toAbsolutePath(); at != null && !Files.exists(at); at = at.getParent()) {
        missing.push(at);
      }
      if (missing.isEmpty() && !Files.isDirectory(path)) {
        throw new FileSystemException(
            path.toString(), null, "the output is a file, not a folder: name another one");
      }
      if (missing.isEmpty() && !Files.isWritable(path)) {
        throw new AccessDeniedException(
            path.toString(), null, "the output folder cannot be written: name another one");
      }
      for (Path next : missing) {
        Files.createDirectory(next);
        made.push(next);
      }
      return folder;
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  Path file(String name) {
    return path.resolve(name);
  }

  /// What was made stays.
  void keep() {
    kept = true;
  }

  @Override
  public void close() throws IOException {
    if (!kept) {
      for (Path folder : made) { // the innermost first
        Files.deleteIfExists(folder);
      }
    }
  }
}
