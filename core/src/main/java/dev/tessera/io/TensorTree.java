package dev.tessera.io;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tensors in nested dicts, lists and tuples, by their paths: keys and places with dots between
/// them. What holds no tensor is passed over. A list that holds itself, or tensors without end by
/// sharing lists, is refused.
final class TensorTree {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_TENSORS = 1 << 17;
  private static final int MAX_PATH = 1024;

  private final FileBytes pickle;
  private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();

  /// Whether a container holds a tensor; false while it is looked into.
  private final IdentityHashMap<Object, Boolean> holdsTensor = new IdentityHashMap<>();

  private TensorTree(FileBytes pickle) {
    this.pickle = pickle;
  }

  /// The tensors of `root`; a root that is a tensor has an empty path.
  static Map<String, TorchTensor> of(FileBytes pickle, Object root) throws FormatException {
    TensorTree tree = new TensorTree(pickle);
    if (tree.holdsTensor(root, 0)) {
      tree.add("", root);
    }
    return tree.tensors;
  }

  private boolean holdsTensor(Object value, int depth) throws FormatException {
    if (value instanceof TorchTensor) {
      return true;
    }
    Collection<?> children = children(value);
    if (children.isEmpty()) {
      return false;
    }
    Boolean known = holdsTensor.get(value);
    if (known != null) {
      return known;
    }
    if (depth == MAX_DEPTH) {
      throw new FormatException(
          "%s: expected at most %d lists and dicts in each other, found more"
              .formatted(pickle.name(), MAX_DEPTH));
    }
    holdsTensor.put(value, false);
    boolean holds = false;
    for (Object child : children) {
      holds |= holdsTensor(child, depth + 1);
    }
    holdsTensor.put(value, holds);
    return holds;
  }

  private static Collection<?> children(Object value) {
    return switch (value) {
      case Map<?, ?> dict -> dict.values();
      case List<?> list -> list;
      default -> List.of();
    };
  }

  private void add(String path, Object value) throws FormatException {
    switch (value) {
      case TorchTensor tensor -> {
        if (tensors.size() == MAX_TENSORS) {
          throw new FormatException(
              "%s: expected at most %d tensors, found more".formatted(pickle.name(), MAX_TENSORS));
        }
        if (tensors.put(path, tensor) != null) {
          throw new FormatException(
              "%s: expected each name once, found %s again"
                  .formatted(pickle.name(), FormatException.quote(path)));
        }
      }
      case Map<?, ?> dict -> {
        for (Map.Entry<?, ?> entry : dict.entrySet()) {
          addChild(path, entry.getKey(), entry.getValue());
        }
      }
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          addChild(path, (long) i, list.get(i));
        }
      }
      default -> {}
    }
  }

  private void addChild(String path, Object key, Object value) throws FormatException {
    if (!(value instanceof TorchTensor) && !holdsTensor.getOrDefault(value, false)) {
      return;
    }
    if (!(key instanceof String) && !(key instanceof Long)) {
      throw new FormatException(
          "%s: expected tensors under strings and numbers, found them under %s"
              .formatted(pickle.name(), PickleValues.kind(key)));
    }
    String name = path.isEmpty() ? key.toString() : path + "." + key;
    if (name.length() > MAX_PATH) {
      throw new FormatException(
          "%s: expected names of at most %d characters, found %s"
              .formatted(pickle.name(), MAX_PATH, FormatException.quote(name)));
    }
    add(name, value);
  }
}
