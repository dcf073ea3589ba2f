package dev.tessera.io;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// An output file that appears whole or not at all.
///
/// Bytes go to a hidden file beside the target. [#commit] forces them to the disk and renames the
/// file over the target in one step; [#close] without a commit deletes it and leaves the target as
/// it was. Both work on an interrupted thread, but a write on one fails, so that a cancelled call
/// ends with nothing left behind. (A process that is killed leaves its `.tessera-*.tmp`.)
///
/// ```java
/// try (AtomicFile file = AtomicFile.create(target)) {
///   file.stream().write(bytes);
///   file.commit();
/// }
/// ```
///
/// A target that is a symbolic link stays one: the file it points to is replaced. A replaced file
/// hands its POSIX permissions on; a write-protected one is not replaced, nor, on Windows, one that
/// is mapped. Not safe for use by several threads.
public final class AtomicFile implements Closeable {
  private static final int STREAM_BUFFER_BYTES = 1 << 16;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final OutputStream stream;
  private boolean committed;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.stream = new FlushOnClose(channel);
  }

  /// What fills a file: see [#write].
  @FunctionalInterface
  public interface Content {
    /// Writes everything to `stream`, which need not be closed.
    void writeTo(OutputStream stream) throws IOException;
  }

  /// Writes `content` to `target`: the whole of it, or nothing where it throws.
  public static void write(Path target, Content content) throws IOException {
    try (AtomicFile file = create(target)) {
      content.writeTo(file.stream());
      file.commit();
    }
  }

  /// Opens a temporary file beside `target`, which need not exist.
  ///
  /// @throws IOException if the target's folder does not exist or cannot be written, or the target
  ///   is a folder, a pipe or a device
  public static AtomicFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path destination = Files.isSymbolicLink(absolute) ? followed(target) : absolute;
    Path folder = destination.getParent();
    if (folder == null || Files.isDirectory(destination)) {
      throw new FileSystemException(target.toString(), null, "the output is a folder, not a file");
    }
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(
          target.toString(), null, "the folder of the output, " + folder + ", does not exist");
    }
    if (!Files.isDirectory(folder)) {
      throw new FileSystemException(
          target.toString(), null, "the folder of the output, " + folder + ", is a file");
    }
    refuseImpossibleName(target, destination);
    if (Files.exists(destination) && !Files.isRegularFile(destination)) {
      throw new FileSystemException(
          target.toString(), null, "the output is no regular file and cannot be replaced");
    }
    if (Files.exists(destination) && !Files.isWritable(destination)) {
      throw new AccessDeniedException(target.toString(), null, "the output is write-protected");
    }
    return open(target, destination, folder);
  }

  private static Path followed(Path link) throws IOException {
    try {
      return link.toRealPath();
    } catch (FileSystemException e) {
      FileSystemException dangling =
          new FileSystemException(
              link.toString(), null, "the output is a symbolic link that leads to no file");
      dangling.initCause(e);
      throw dangling;
    }
  }

  /// A name that the disk cannot take, such as one that is too long, is refused now, not on the
  /// commit after hours of work.
  private static void refuseImpossibleName(Path target, Path destination) throws IOException {
    try {
      Files.readAttributes(destination, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      // To be made.
    } catch (FileSystemException e) {
      FileSystemException impossible =
          new FileSystemException(target.toString(), null, e.getReason());
      impossible.initCause(e);
      throw impossible;
    }
  }

  private static AtomicFile open(Path target, Path destination, Path folder) throws IOException {
    while (true) {
      long random = ThreadLocalRandom.current().nextLong();
      Path temporary = folder.resolve(".tessera-" + HexFormat.of().toHexDigits(random) + ".tmp");
      try {
        FileChannel channel =
            FileChannel.open(
                temporary,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        return new AtomicFile(destination, temporary, channel);
      } catch (FileAlreadyExistsException e) {
        // Another writer drew the same number: draw again.
      } catch (AccessDeniedException e) {
        AccessDeniedException denied =
            new AccessDeniedException(
                target.toString(), null, "the folder of the output cannot be written");
        denied.initCause(e);
        throw denied;
      }
    }
  }

  /// The file to appear, absolute, symbolic links of the last step followed.
  public Path target() {
    return target;
  }

  /// The temporary file's channel, for those who write at positions. Use it or [#stream], not both.
  public FileChannel channel() {
    return channel;
  }

  /// A buffered stream into the temporary file. Closing it flushes it and does not end the file.
  public OutputStream stream() {
    return stream;
  }

  /// Makes the file appear under its name, replacing what stood there.
  ///
  /// @throws IllegalStateException if that was done before
  public void commit() throws IOException {
    if (committed) {
      throw new IllegalStateException(target + " was committed before");
    }
    stream.flush();
    channel.force(true);
    channel.close();
    keepPermissions();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    committed = true;
  }

  private void keepPermissions() throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (view != null && Files.exists(target)) {
      Files.setPosixFilePermissions(temporary, view.readAttributes().permissions());
    }
  }

  /// Deletes the temporary file unless it was committed.
  @Override
  public void close() throws IOException {
    if (!committed) {
      try {
        channel.close();
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /// Outlives a `close` by whoever it was handed to: image writers and templates close their
  /// streams.
  private static final class FlushOnClose extends FilterOutputStream {
    FlushOnClose(FileChannel channel) {
      super(new BufferedOutputStream(Channels.newOutputStream(channel), STREAM_BUFFER_BYTES));
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
