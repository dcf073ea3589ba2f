package dev.tessera.cli.recipe;

import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a system has made: tensors with names, the first being the one that matters most, or text.
@SuppressWarnings("ArrayRecordComponent") // handed over
public record Made(Map<String, Tensor> tensors, byte @Nullable [] text) {
  static Made text(byte[] utf8) {
    return new Made(Map.of(), utf8);
  }

  static Made of(String name, TokenIds ids) {
    return new Made(Map.of(), null).with(name, ids);
  }

  static Made of(String name, FloatMatrix matrix) {
    return new Made(Map.of(), null).with(name, matrix);
  }

  static Made of(String name, FloatTensor tensor) {
    return new Made(Map.of(), null).with(name, tensor);
  }

  Made with(String name, TokenIds ids) {
    return with(name, ids.columns() == 1 ? Tensor.of(ids, ids.rows()) : Tensor.of(ids));
  }

  Made with(String name, FloatMatrix matrix) {
    return with(name, Tensor.of(matrix));
  }

  Made with(String name, FloatTensor tensor) {
    return with(name, Tensor.of(tensor));
  }

  Made with(String name, Tensor tensor) {
    Map<String, Tensor> more = new LinkedHashMap<>(tensors);
    more.put(name, tensor);
    return new Made(Collections.unmodifiableMap(more), text);
  }
}
