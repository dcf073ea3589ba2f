package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// NumPy's `.npz`: a zip file of `.npy` files, which are called by their names without that
/// extension; other files in it are not looked at. Arrays that `numpy.savez` stored are mapped,
/// those that `numpy.savez_compressed` deflated are inflated into memory each time [#tensor] asks
/// for them, once their headers were found to agree with their lengths. Either way the checksum is
/// compared, which takes a pass over the data. Immutable.
public final class Npz implements TensorFile {
  private static final String EXTENSION = ".npy";

  private final FileBytes file;
  private final Arena arena;
  private final Map<String, ZipDirectory.Entry> entries;

  private Npz(FileBytes file, Arena arena, Map<String, ZipDirectory.Entry> entries) {
    this.file = file;
    this.arena = arena;
    this.entries = entries;
  }

  /// Maps `file`; the mapping ends when this and the tensors and all views of them are unreachable.
  ///
  /// @throws FormatException if the file is not what its directory says
  public static Npz open(Path file) throws IOException {
    return open(file, Arena.ofAuto());
  }

  /// Maps `file` for as long as `arena` lives; inflated arrays live as long.
  ///
  /// @throws FormatException if the file is not what its directory says
  public static Npz open(Path file, Arena arena) throws IOException {
    return parse(FileBytes.map(file, arena), arena);
  }

  static Npz parse(FileBytes file, Arena arena) throws FormatException {
    Map<String, ZipDirectory.Entry> arrays = new LinkedHashMap<>();
    ZipDirectory.read(file)
        .forEach(
            (name, entry) -> {
              if (name.endsWith(EXTENSION)) {
                arrays.put(name.substring(0, name.length() - EXTENSION.length()), entry);
              }
            });
    return new Npz(file, arena, arrays);
  }

  @Override
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public Tensor tensor(String name) throws FormatException {
    ZipDirectory.Entry entry = entries.get(name);
    if (entry == null) {
      throw FormatException.noSuchTensor(file.name(), name, entries.keySet());
    }
    ZipContent content = new ZipContent(file, entry);
    String source = file.name() + ":" + name;
    MemorySegment beginning = content.beginning(NpyHeader.MAX_BYTES);
    Npy.header(new FileBytes(beginning, source), entry.bytes());
    return Npy.parse(new FileBytes(content.whole(arena), source));
  }

  /// The single string called `name`, of NumPy's type `S` or `U`.
  ///
  /// @throws FormatException if there is no such array, or it is no single string
  public String text(String name) throws FormatException {
    ZipDirectory.Entry entry = entries.get(name);
    if (entry == null) {
      throw FormatException.noSuchTensor(file.name(), name, entries.keySet());
    }
    MemorySegment content = new ZipContent(file, entry).beginning(NpyHeader.MAX_BYTES);
    return NpyText.read(new FileBytes(content, file.name() + ":" + name));
  }

  /// Writes `tensors` to `file`, which appears whole or not at all: stored, as `numpy.savez` does.
  ///
  /// @param tensors by name, without `.npy`
  /// @throws IllegalArgumentException if the format lacks an element type
  public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    try (AtomicFile output = AtomicFile.create(file)) {
      ChannelSink sink = new ChannelSink(output.channel());
      ZipWriter zip = new ZipWriter(sink);
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = entry.getValue();
        zip.add(entry.getKey() + EXTENSION, Npy.header(tensor), tensor.segment());
      }
      zip.finish();
      sink.flush();
      output.commit();
    }
  }

  /// The file and the number of arrays.
  @Override
  public String toString() {
    return file.name() + ": " + entries.size() + " arrays";
  }
}
