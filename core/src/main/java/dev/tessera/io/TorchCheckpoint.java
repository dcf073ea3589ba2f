package dev.tessera.io;

import dev.tessera.io.TorchTensor.TorchStorage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A checkpoint as `torch.save` writes it since PyTorch 1.6 (`.pt`, `.pth`, `.bin`, `.ckpt`): a zip
/// file of a pickle and of storages, which are mapped. The pickle is read as data: it may hold
/// tensors, dicts, lists, tuples, numbers and strings; whatever else it names is refused with its
/// name, and nothing is executed.
///
/// Tensors in nested dicts and lists are called by their paths: in `{"state_dict": {"head.weight":
/// w}, "ema": [a, b]}` these are `state_dict.head.weight`, `ema.0` and `ema.1`. A file that holds a
/// tensor and nothing around it calls that by the empty name. Views become tensors of their own: a
/// transposed matrix is read in place, other views with gaps are copied. Checksums are compared
/// when a storage is first asked for. Immutable.
public final class TorchCheckpoint implements TensorFile {
  private static final String PICKLE = "/data.pkl";
  private static final long ALIGNMENT_BYTES = 64;
  private static final int MAX_ORDER_BYTES = 16;

  /// The first bytes of the format before PyTorch 1.6: a pickle of a long number.
  private static final long OLD_MAGIC = 0x0a8a0280L;

  private final FileBytes file;
  private final Arena arena;
  private final String folder;
  private final Map<String, ZipDirectory.Entry> entries;
  private final ByteOrder byteOrder;
  private final Map<String, TorchTensor> tensors;
  private final Map<String, MemorySegment> storages = new ConcurrentHashMap<>();

  private TorchCheckpoint(
      FileBytes file,
      Arena arena,
      String folder,
      Map<String, ZipDirectory.Entry> entries,
      ByteOrder byteOrder,
      Map<String, TorchTensor> tensors) {
    this.file = file;
    this.arena = arena;
    this.folder = folder;
    this.entries = entries;
    this.byteOrder = byteOrder;
    this.tensors = tensors;
  }

  /// Maps `file`; the mapping ends when this and the tensors and all views of them are unreachable.
  ///
  /// @throws FormatException if the file is no such checkpoint, or holds anything but tensors and
  ///   plain values
  public static TorchCheckpoint open(Path file) throws IOException {
    return open(file, Arena.ofAuto());
  }

  /// Maps `file` for as long as `arena` lives; copies live as long.
  ///
  /// @throws FormatException if the file is no such checkpoint, or holds anything but tensors and
  ///   plain values
  public static TorchCheckpoint open(Path file, Arena arena) throws IOException {
    return parse(FileBytes.map(file, arena), arena);
  }

  static TorchCheckpoint parse(FileBytes file, Arena arena) throws FormatException {
    if (file.size() >= Integer.BYTES && file.u32(0, "signature") == OLD_MAGIC) {
      throw file.error(
          0,
          "a zip file",
          "the format before PyTorch 1.6: load it and save it again in a newer one");
    }
    Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(file);
    List<String> pickles = entries.keySet().stream().filter(name -> name.endsWith(PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new FormatException(
          "%s: expected one entry NAME%s, as torch.save writes it, found %d among %d entries"
              .formatted(file.name(), PICKLE, pickles.size(), entries.size()));
    }
    String name = pickles.getFirst();
    String folder = name.substring(0, name.length() - PICKLE.length());
    FileBytes pickle =
        new FileBytes(pickle(file, entry(file, entries, name)), file.name() + ":" + name);
    Object root = PickleMachine.run(pickle, new TorchScope());
    Map<String, TorchTensor> tensors = TensorTree.of(pickle, root);
    for (TorchTensor tensor : tensors.values()) {
      checkStorage(file, entries, folder, tensor.storage());
    }
    return new TorchCheckpoint(
        file, arena, folder, entries, byteOrder(file, entries, folder), tensors);
  }

  private static MemorySegment pickle(FileBytes file, ZipDirectory.Entry entry)
      throws FormatException {
    if (entry.bytes() > PickleMachine.MAX_BYTES) { // before it is inflated
      throw file.error(
          entry.centralAt(),
          "a pickle of at most " + PickleMachine.MAX_BYTES + " bytes",
          Long.toString(entry.bytes()));
    }
    return new ZipContent(file, entry).whole(Arena.ofAuto());
  }

  private static ZipDirectory.Entry entry(
      FileBytes file, Map<String, ZipDirectory.Entry> entries, String name) throws FormatException {
    ZipDirectory.Entry entry = entries.get(name);
    if (entry == null) {
      throw new FormatException(
          "%s: expected the entry %s, found none among %d entries"
              .formatted(file.name(), FormatException.quote(name), entries.size()));
    }
    return entry;
  }

  private static void checkStorage(
      FileBytes file, Map<String, ZipDirectory.Entry> entries, String folder, TorchStorage storage)
      throws FormatException {
    ZipDirectory.Entry entry = entry(file, entries, entryName(folder, storage));
    if (entry.bytes() != storage.bytes()) {
      throw file.error(
          entry.centralAt(),
          "%d bytes of storage %s".formatted(storage.bytes(), FormatException.quote(storage.key())),
          Long.toString(entry.bytes()));
    }
  }

  private static String entryName(String folder, TorchStorage storage) {
    return folder + "/data/" + storage.key();
  }

  private static ByteOrder byteOrder(
      FileBytes file, Map<String, ZipDirectory.Entry> entries, String folder)
      throws FormatException {
    ZipDirectory.Entry entry = entries.get(folder + "/byteorder");
    if (entry == null) { // before PyTorch 2.1
      return ByteOrder.LITTLE_ENDIAN;
    }
    byte[] bytes =
        new ZipContent(file, entry).beginning(MAX_ORDER_BYTES).toArray(ValueLayout.JAVA_BYTE);
    String name = new String(bytes, StandardCharsets.ISO_8859_1);
    return switch (name) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw file.error(
              entry.dataOffset(), "the byte order 'little' or 'big'", FormatException.quote(name));
    };
  }

  @Override
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public Tensor tensor(String name) throws FormatException {
    TorchTensor stored = tensors.get(name);
    if (stored == null) {
      throw FormatException.noSuchTensor(file.name(), name, tensors.keySet());
    }
    String source = name.isEmpty() ? file.name() : file.name() + ":" + name;
    MemorySegment storage = storage(stored.storage());
    long bytes = stored.shape().bytes(stored.type());
    boolean fortranOrder = !stored.isPacked(false) && stored.isPacked(true);
    MemorySegment content;
    if (stored.isPacked(false) || fortranOrder) {
      content = storage.asSlice(stored.offsetBytes(), bytes);
    } else {
      content = arena.allocate(bytes, ALIGNMENT_BYTES);
      stored.gather(storage, content);
    }
    return new Tensor(source, stored.type(), stored.shape(), fortranOrder, byteOrder, content);
  }

  /// The bytes of a storage, its checksum compared.
  private MemorySegment storage(TorchStorage storage) throws FormatException {
    MemorySegment known = storages.get(storage.key());
    if (known == null) {
      ZipDirectory.Entry entry = entry(file, entries, entryName(folder, storage));
      known = new ZipContent(file, entry).whole(arena);
      storages.put(storage.key(), known);
    }
    return known;
  }

  /// The file and the number of tensors.
  @Override
  public String toString() {
    return file.name() + ": " + tensors.size() + " tensors";
  }
}
