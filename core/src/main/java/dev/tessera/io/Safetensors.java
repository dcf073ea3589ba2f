package dev.tessera.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `.safetensors` file, mapped: the length of the header in 8 bytes, the header, a JSON object,
/// and the tensors, little-endian and in C order.
///
/// As the reference implementation does, it refuses a header of more than 100 MB, names that stand
/// twice, data that overlap, leave gaps or do not end with the file, and lengths that differ from
/// what type and shape need. Types that are not read as numbers are listed all the same. Data need
/// not be aligned. Immutable.
public final class Safetensors implements TensorFile {
  /// The reference implementation's limit.
  private static final int MAX_HEADER_BYTES = 100_000_000;

  private static final int ALIGNMENT_BYTES = 8;

  private final String file;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  private Safetensors(String file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.file = file;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /// Maps `file`; the mapping ends when the tensors and all views of them are unreachable.
  ///
  /// @throws FormatException if the file is not what its header says
  public static Safetensors open(Path file) throws IOException {
    return open(file, Arena.ofAuto());
  }

  /// Maps `file` for as long as `arena` lives.
  ///
  /// @throws FormatException if the file is not what its header says
  public static Safetensors open(Path file, Arena arena) throws IOException {
    return parse(FileBytes.map(file, arena));
  }

  static Safetensors parse(FileBytes file) throws FormatException {
    long headerBytes = file.u63(0, "header length");
    if (headerBytes > MAX_HEADER_BYTES) {
      throw file.error(
          0, "a header of at most " + MAX_HEADER_BYTES + " bytes", Long.toString(headerBytes));
    }
    byte[] text = file.bytes(SafetensorsHeader.JSON_OFFSET, (int) headerBytes, "header");
    SafetensorsHeader header = SafetensorsHeader.parse(file, text);
    long dataOffset = SafetensorsHeader.JSON_OFFSET + headerBytes;
    List<SafetensorsHeader.Entry> entries = header.entries();
    entries.sort(
        Comparator.comparingLong(SafetensorsHeader.Entry::begin)
            .thenComparingLong(SafetensorsHeader.Entry::end));
    checkCovered(file, entries, file.size() - dataOffset);

    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : entries) {
      MemorySegment data =
          file.segment().asSlice(dataOffset + entry.begin(), entry.end() - entry.begin());
      Tensor tensor =
          new Tensor(
              file.name() + ":" + entry.name(),
              entry.type(),
              entry.shape(),
              false,
              ByteOrder.LITTLE_ENDIAN,
              data);
      tensors.put(entry.name(), tensor);
    }
    return new Safetensors(file.name(), tensors, Map.copyOf(header.metadata()));
  }

  /// Each tensor has its length and begins where the one before it ends, the last ends with the
  /// file.
  private static void checkCovered(
      FileBytes file, List<SafetensorsHeader.Entry> sorted, long dataBytes) throws FormatException {
    long covered = 0;
    for (SafetensorsHeader.Entry entry : sorted) {
      String tensor = "tensor " + FormatException.quote(entry.name());
      if (entry.begin() != covered) {
        throw file.error(
            entry.headerAt(),
            tensor + " at data offset " + covered + ", where the one before it ends",
            "data_offsets [" + entry.begin() + ", " + entry.end() + "]");
      }
      if (entry.end() < entry.begin() || entry.end() > dataBytes) {
        throw file.error(
            entry.headerAt(),
            tensor + " within the " + dataBytes + " bytes of data",
            "data_offsets [" + entry.begin() + ", " + entry.end() + "]");
      }
      long bits = entry.shape().bits(entry.type());
      if (bits % Byte.SIZE != 0 || bits / Byte.SIZE != entry.end() - entry.begin()) {
        throw file.error(
            entry.headerAt(),
            "%s in %d bits, as %s %s needs".formatted(tensor, bits, entry.type(), entry.shape()),
            (entry.end() - entry.begin()) + " bytes");
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw file.error(
          file.size() - dataBytes,
          covered + " bytes of data, which the header describes",
          Long.toString(dataBytes));
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public Tensor tensor(String name) throws FormatException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw FormatException.noSuchTensor(file, name, tensors.keySet());
    }
    return tensor;
  }

  /// What the file says of itself, in no order: `__metadata__`.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// Writes `tensors` to `file`, which appears whole or not at all.
  ///
  /// @throws IllegalArgumentException as the other `write`
  public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    write(file, tensors, Map.of());
  }

  /// Writes `tensors` to `file`, which appears whole or not at all: those of the widest elements
  /// first, so that all are aligned, else in the order of the map.
  ///
  /// @throws IllegalArgumentException if one of them is in Fortran order or called `__metadata__`
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(Comparator.comparingInt(entry -> -entry.getValue().type().bits()));
    byte[] header = header(ordered, metadata);
    try (AtomicFile output = AtomicFile.create(file)) {
      ChannelSink sink = new ChannelSink(output.channel());
      sink.write(header);
      for (Map.Entry<String, Tensor> entry : ordered) {
        sink.write(littleEndian(entry.getValue()));
      }
      sink.flush();
      output.commit();
    }
  }

  private static byte[] header(
      List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> entry : tensors) {
        Tensor tensor = entry.getValue();
        checkWritable(entry.getKey(), tensor);
        long end = begin + tensor.segment().byteSize();
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", tensor.type().name());
        json.writeFieldName("shape");
        long[] shape = tensor.shape();
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    int padded = Math.ceilDiv(text.size(), ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    text.writeBytes(" ".repeat(padded - text.size()).getBytes(StandardCharsets.US_ASCII));
    return ByteBuffer.allocate(SafetensorsHeader.JSON_OFFSET + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded)
        .put(text.toByteArray())
        .array();
  }

  private static void checkWritable(String name, Tensor tensor) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("no tensor can be called " + name);
    }
    if (tensor.isFortranOrder()) {
      throw new IllegalArgumentException(
          "a .safetensors file holds C order, " + tensor + " is in Fortran order");
    }
  }

  private static MemorySegment littleEndian(Tensor tensor) {
    int bits = tensor.type().bits();
    if (tensor.byteOrder() == ByteOrder.LITTLE_ENDIAN || bits <= Byte.SIZE) {
      return tensor.segment();
    }
    ValueLayout layout =
        switch (bits) {
          case 16 -> ValueLayout.JAVA_SHORT_UNALIGNED;
          case 32 -> ValueLayout.JAVA_INT_UNALIGNED;
          default ->
              tensor.type() == ElementType.C64
                  ? ValueLayout.JAVA_INT_UNALIGNED
                  : ValueLayout.JAVA_LONG_UNALIGNED;
        };
    MemorySegment source = tensor.segment();
    MemorySegment swapped = Arena.ofAuto().allocate(source.byteSize());
    MemorySegment.copy(
        source,
        layout.withOrder(ByteOrder.BIG_ENDIAN),
        0,
        swapped,
        layout.withOrder(ByteOrder.LITTLE_ENDIAN),
        0,
        source.byteSize() / layout.byteSize());
    return swapped;
  }

  /// The file and the number of tensors.
  @Override
  public String toString() {
    return file + ": " + tensors.size() + " tensors";
  }
}
