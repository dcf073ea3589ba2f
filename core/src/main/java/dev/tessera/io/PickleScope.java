package dev.tessera.io;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a pickle may name, and what that makes: here `collections.OrderedDict` alone. Names are on
/// a list, and each is answered by code of ours; nothing is looked up by name in the JVM.
class PickleScope {
  static final String ORDERED_DICT = "collections.OrderedDict";

  /// A class or a function that a pickle has named and may call.
  record Name(String name) {}

  /// The names that are answered, with their modules.
  Set<String> names() {
    return Set.of(ORDERED_DICT);
  }

  /// What `name(*arguments)` makes.
  ///
  /// @param at the byte of the pickle at which it is called
  Object call(FileBytes pickle, long at, String name, List<Object> arguments)
      throws FormatException {
    if (!name.equals(ORDERED_DICT)) {
      throw pickle.error(at, "a call of " + ORDERED_DICT, "one of " + name);
    }
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (arguments.isEmpty()) {
      return dict;
    }
    if (arguments.size() == 1 && arguments.getFirst() instanceof List<?> pairs) {
      for (Object pair : pairs) {
        if (!(pair instanceof List<?> items && items.size() == 2)) {
          throw pickle.error(at, "an OrderedDict of pairs", PickleValues.kind(pair));
        }
        dict.put(PickleValues.checkedKey(pickle, at, items.get(0)), items.get(1));
      }
      return dict;
    }
    throw pickle.error(at, "an OrderedDict of a list of pairs", arguments.size() + " arguments");
  }

  /// What a persistent id stands for.
  ///
  /// @param at the byte of the pickle at which it stands
  Object load(FileBytes pickle, long at, Object id) throws FormatException {
    throw pickle.error(at, "a pickle that needs nothing beside it", "a persistent id");
  }
}
