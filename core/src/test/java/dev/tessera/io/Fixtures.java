package dev.tessera.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Files that numpy, safetensors and torch wrote (see `make_fixtures.py` beside them), and bytes
/// made by hand.
final class Fixtures {
  private Fixtures() {}

  static Path path(String name) {
    try {
      return Path.of(
          requireNonNull(Fixtures.class.getResource(name), "no fixture " + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The fixtures' matrix [3 x 4]: 10 * row + column - less.
  static float[] matrix(double less) {
    float[] values = new float[12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (10 * (i / 4) + i % 4 - less);
    }
    return values;
  }

  /// Bytes outside the heap, as a mapped file has them.
  static FileBytes file(byte[] bytes) {
    MemorySegment copy = Arena.ofAuto().allocate(bytes.length);
    MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return new FileBytes(copy.asReadOnly(), "lie");
  }

  static byte[] concatenate(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /// A `.npy` version 1 file of any header text and data.
  static byte[] npy(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    byte[] prefix = {
      (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, (byte) (text.length >> 8)
    };
    return concatenate(prefix, text, new byte[dataBytes]);
  }

  /// A `.npz` file in which numbers from `zip64From` on stand in zip64 fields.
  static void writeZip(Path path, Map<String, Tensor> tensors, long zip64From) throws IOException {
    try (AtomicFile file = AtomicFile.create(path)) {
      ChannelSink sink = new ChannelSink(file.channel());
      ZipWriter zip = new ZipWriter(sink, zip64From);
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = entry.getValue();
        zip.add(entry.getKey() + ".npy", Npy.header(tensor), tensor.segment());
      }
      zip.finish();
      sink.flush();
      file.commit();
    }
  }

  /// What a folder holds, hidden files too.
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }
}
