package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An output appears whole or not at all, and leaves nothing else behind.
class AtomicFileTest {
  private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void appearsOnCommitAlone() throws IOException {
    Path target = folder.resolve("out.html");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write(NEW);
      file.stream().flush();
      assertThat(target).doesNotExist();
      file.commit();
      assertThat(target).hasContent("new");
      assertThatThrownBy(file::commit).isInstanceOf(IllegalStateException.class);
    }
    assertThat(Fixtures.names(folder)).containsExactly("out.html");
  }

  @Test
  void withoutCommitTheOldFileStays() throws IOException {
    Path target = folder.resolve("out.html");
    Files.writeString(target, "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write(NEW);
    }
    assertThat(target).hasContent("old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    stream -> {
                      stream.write(NEW);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(target).hasContent("old");
    assertThat(Fixtures.names(folder)).containsExactly("out.html");
  }

  @Test
  void outlivesAContentThatClosesItsStream() throws IOException {
    Path target = folder.resolve("out.html");
    AtomicFile.write(
        target,
        stream -> {
          stream.write(NEW);
          stream.close();
        });
    assertThat(target).hasContent("new");
  }

  @Test
  void aCancelledThreadLeavesNothing() throws Exception {
    Path target = folder.resolve("out.html");
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              try {
                AtomicFile.write(target, stream -> stream.write(new byte[1 << 20]));
              } catch (IOException | RuntimeException e) {
                thrown[0] = e;
              }
            });
    thread.start();
    thread.join();
    assertThat(thrown[0]).isInstanceOf(ClosedByInterruptException.class);
    assertThat(Fixtures.names(folder)).isEmpty();
  }

  @Test
  void saysWhyAnOutputCannotBe() throws IOException {
    assertThatThrownBy(() -> AtomicFile.create(folder))
        .isInstanceOf(FileSystemException.class)
        .hasMessageEndingWith("the output is a folder, not a file");
    assertThatThrownBy(() -> AtomicFile.create(folder.resolve("none").resolve("x.npy")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none, does not exist");
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> AtomicFile.create(file.resolve("x.npy")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void aDeviceIsNotReplaced() throws IOException {
    Path device = Path.of("/dev/null");
    if (!Files.exists(device)) {
      device = folder;
    }
    Path output = device;
    assertThatThrownBy(() -> AtomicFile.create(output)).isInstanceOf(FileSystemException.class);
    assertThat(Files.exists(output)).isTrue();
    assertThat(Files.isRegularFile(output)).isFalse();
  }

  @Test
  void keepsLinksAndPermissions() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = folder.resolve("link");
    boolean posix = real.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix) {
      Files.createSymbolicLink(link, real);
      Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
    }
    AtomicFile.write(posix ? link : real, stream -> stream.write(NEW));
    assertThat(real).hasContent("new");
    if (posix) {
      assertThat(link).isSymbolicLink();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
          .isEqualTo("rw-r-----");
    }
  }

  @Test
  void aNameThatTheDiskCannotTakeIsRefusedAtOnce() throws IOException {
    Path tooLong = folder.resolve("x".repeat(300));
    assertThatThrownBy(() -> AtomicFile.create(tooLong))
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(tooLong + ": ");
    assertThat(Fixtures.names(folder)).isEmpty();
  }

  @Test
  void aLinkToNoFileIsRefused() throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nothing"));
      assertThatThrownBy(() -> AtomicFile.create(link))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("leads to no file");
    }
  }
}
