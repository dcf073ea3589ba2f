import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/// Gives a compiled module descriptor the class file version of an older release: `java
/// StampDescriptor.java FOLDER RELEASE`. A folder without a descriptor is left alone.
///
/// The jar plugin reads the descriptor with the JDK that Maven itself runs on, and that may be
/// older than the one that compiled. The format of a descriptor has been the same since release 9;
/// its version is no more than a number.
public final class StampDescriptor {
  private static final int MAGIC = 0xCAFEBABE;

  /// The version is the second 16-bit number after the magic one; releases count from 44.
  private static final int VERSION_OFFSET_BYTES = 6;

  private static final int VERSION_OF_RELEASE_0 = 44;

  private StampDescriptor() {}

  /// Stamps the descriptor.
  ///
  /// @param arguments the folder and the release
  public static void main(String[] arguments) throws IOException {
    Path descriptor = Path.of(arguments[0], "module-info.class");
    if (!Files.exists(descriptor)) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(descriptor));
    if (bytes.getInt(0) != MAGIC) {
      throw new IOException(descriptor + " is no class file");
    }
    short version = (short) (VERSION_OF_RELEASE_0 + Integer.parseInt(arguments[1]));
    if (bytes.getShort(VERSION_OFFSET_BYTES) > version) {
      FileTime modified = Files.getLastModifiedTime(descriptor);
      bytes.putShort(VERSION_OFFSET_BYTES, version);
      Files.write(descriptor, bytes.array());
      // An unchanged time: the next build must not take the stamp for a change.
      Files.setLastModifiedTime(descriptor, modified);
    }
  }
}
