package dev.tessera.cli.recipe;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Things that are opened when they are first asked for, one a type, and closed together.
final class OpenedOnce implements AutoCloseable {
  /// How one is opened.
  @FunctionalInterface
  interface Opening<T> {
    T open() throws IOException;
  }

  private final Map<Class<?>, AutoCloseable> opened = new LinkedHashMap<>();

  <T extends AutoCloseable> T get(Class<T> type, Opening<T> opening) throws IOException {
    AutoCloseable known = opened.get(type);
    if (known == null) {
      known = opening.open();
      opened.put(type, known);
    }
    return type.cast(known);
  }

  /// Closes all, the last first.
  @Override
  public void close() {
    for (AutoCloseable each : opened.values().stream().toList().reversed()) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // none of them throws one
      }
    }
    opened.clear();
  }
}
