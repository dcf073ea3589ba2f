package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.OpenCl.ContextId;
import dev.tessera.kernels.opencl.OpenCl.ProgramId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The programs of one device, each built once for its source and options. Thread-safe.
final class ProgramCache implements AutoCloseable {
  /// The language; arithmetic is never relaxed.
  private static final String LANGUAGE = "-cl-std=CL1.2 ";

  private record Key(String source, String options) {}

  private final OpenCl cl;
  private final Device device;
  private final ContextId context;
  private final Map<Key, ProgramId> programs = new HashMap<>();

  ProgramCache(OpenCl cl, Device device, ContextId context) {
    this.cl = cl;
    this.device = device;
    this.context = context;
  }

  /// @param source the name of a resource beside this class
  /// @throws OpenClException if it does not compile, with the compiler's log
  synchronized ProgramId get(String source, String options) {
    return programs.computeIfAbsent(
        new Key(source, options),
        key -> cl.build(context, device.id(), text(source), LANGUAGE + options));
  }

  /// The text of a program.
  static String text(String source) {
    try (InputStream stream = ProgramCache.class.getResourceAsStream(source)) {
      if (stream == null) {
        throw new IllegalStateException("the program " + source + " is missing from the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    programs.values().forEach(cl::release);
    programs.clear();
  }
}
