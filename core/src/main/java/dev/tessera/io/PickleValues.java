package dev.tessera.io;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The values of a pickle: what they are called, and what they may be used for. None of these
/// methods descends further than a tuple's own elements.
final class PickleValues {
  private PickleValues() {}

  /// What a value is, for a message: its kind, as it may hold itself.
  static String kind(Object value) {
    return switch (value) {
      case String text -> "the string " + FormatException.quote(text);
      case Long number -> "the number " + number;
      case BigInteger big -> "a number of " + big.bitLength() + " bits";
      case Double number -> "the number " + number;
      case Boolean flag -> flag ? "True" : "False";
      case byte[] bytes -> bytes.length + " bytes";
      case ArrayList<?> list -> "a list of " + list.size();
      case List<?> tuple -> "a tuple of " + tuple.size();
      case Map<?, ?> dict -> "a dict of " + dict.size();
      case PickleScope.Name name -> name.name();
      case TorchTensor tensor -> "a tensor " + tensor.shape();
      default -> Pickle.NONE.equals(value) ? "None" : "another value";
    };
  }

  /// Whether a value is a tuple: a list that cannot be changed.
  static boolean isTuple(Object value) {
    return value instanceof List<?> && !(value instanceof ArrayList<?>);
  }

  private static boolean isScalar(Object value) {
    return value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || Pickle.NONE.equals(value);
  }

  /// A value that may be a key: a scalar, or a tuple of scalars, so that its hash is known without
  /// descending.
  static Object checkedKey(FileBytes pickle, long at, Object key) throws FormatException {
    boolean allowed =
        isScalar(key)
            || (isTuple(key) && ((List<?>) key).stream().allMatch(PickleValues::isScalar));
    if (!allowed) {
      throw pickle.error(at, "a key that is a number, a string or a tuple of these", kind(key));
    }
    return key;
  }
}
