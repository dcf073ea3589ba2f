package dev.tessera.io;

import dev.tessera.io.TorchTensor.TorchStorage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the pickle of a checkpoint may name: tensors, their storages and types, and dicts.
final class TorchScope extends PickleScope {
  private static final String TENSOR = "torch._utils._rebuild_tensor_v2";

  /// The same for types that have no storage class of their own.
  private static final String TYPED_TENSOR = "torch._utils._rebuild_tensor_v3";

  private static final String PARAMETER = "torch._utils._rebuild_parameter";
  private static final String SIZE = "torch.Size";
  private static final String UNTYPED_STORAGE = "torch.storage.UntypedStorage";

  private static final Map<String, ElementType> STORAGES =
      Map.ofEntries(
          Map.entry("torch.FloatStorage", ElementType.F32),
          Map.entry("torch.DoubleStorage", ElementType.F64),
          Map.entry("torch.HalfStorage", ElementType.F16),
          Map.entry("torch.BFloat16Storage", ElementType.BF16),
          Map.entry("torch.LongStorage", ElementType.I64),
          Map.entry("torch.IntStorage", ElementType.I32),
          Map.entry("torch.ShortStorage", ElementType.I16),
          Map.entry("torch.CharStorage", ElementType.I8),
          Map.entry("torch.ByteStorage", ElementType.U8),
          Map.entry("torch.BoolStorage", ElementType.BOOL),
          Map.entry("torch.ComplexFloatStorage", ElementType.C64));

  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("torch.float32", ElementType.F32),
          Map.entry("torch.float64", ElementType.F64),
          Map.entry("torch.float16", ElementType.F16),
          Map.entry("torch.bfloat16", ElementType.BF16),
          Map.entry("torch.int64", ElementType.I64),
          Map.entry("torch.int32", ElementType.I32),
          Map.entry("torch.int16", ElementType.I16),
          Map.entry("torch.int8", ElementType.I8),
          Map.entry("torch.uint8", ElementType.U8),
          Map.entry("torch.uint16", ElementType.U16),
          Map.entry("torch.uint32", ElementType.U32),
          Map.entry("torch.uint64", ElementType.U64),
          Map.entry("torch.bool", ElementType.BOOL),
          Map.entry("torch.complex64", ElementType.C64),
          Map.entry("torch.float8_e4m3fn", ElementType.F8_E4M3),
          Map.entry("torch.float8_e5m2", ElementType.F8_E5M2),
          Map.entry("torch.float8_e4m3fnuz", ElementType.F8_E4M3FNUZ),
          Map.entry("torch.float8_e5m2fnuz", ElementType.F8_E5M2FNUZ));

  private static final Set<String> NAMES = allNames();

  private static Set<String> allNames() {
    Set<String> names =
        new HashSet<>(
            List.of(ORDERED_DICT, TENSOR, TYPED_TENSOR, PARAMETER, SIZE, UNTYPED_STORAGE));
    names.addAll(STORAGES.keySet());
    names.addAll(TYPES.keySet());
    return Set.copyOf(names);
  }

  /// A storage with the name of its class.
  private record TypedStorage(TorchStorage storage, String type) {}

  @Override
  Set<String> names() {
    return NAMES;
  }

  /// A persistent id is `('storage', type, key, device, elements)`.
  @Override
  Object load(FileBytes pickle, long at, Object id) throws FormatException {
    if (!(PickleValues.isTuple(id)
        && id instanceof List<?> parts
        && parts.size() == 5
        && parts.get(0).equals("storage")
        && parts.get(1) instanceof Name(String type)
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements)) {
      throw pickle.error(at, "('storage', type, key, device, elements)", PickleValues.kind(id));
    }
    ElementType element = STORAGES.get(type);
    if (element == null && !type.equals(UNTYPED_STORAGE)) {
      throw pickle.error(at, "the type of a storage", type);
    }
    int bytes = element == null ? 1 : element.bits() / Byte.SIZE;
    if (elements < 0 || elements > Long.MAX_VALUE / bytes) {
      throw pickle.error(
          at, "a storage of at least 0 and less than 2^63 bytes", elements + " x " + bytes);
    }
    return new TypedStorage(new TorchStorage(key, elements * bytes), type);
  }

  @Override
  Object call(FileBytes pickle, long at, String name, List<Object> arguments)
      throws FormatException {
    return switch (name) {
      case TENSOR -> tensor(pickle, at, arguments, 6);
      case TYPED_TENSOR -> tensor(pickle, at, arguments, 7);
      case PARAMETER -> {
        if (arguments.isEmpty() || !(arguments.getFirst() instanceof TorchTensor tensor)) {
          throw pickle.error(at, "a parameter of a tensor", "another");
        }
        yield tensor;
      }
      case SIZE -> {
        if (arguments.size() != 1 || !PickleValues.isTuple(arguments.getFirst())) {
          throw pickle.error(at, "a size of a tuple", arguments.size() + " arguments");
        }
        yield arguments.getFirst();
      }
      default -> super.call(pickle, at, name, arguments);
    };
  }

  /// `(storage, offset, size, strides, requires_grad, hooks[, type])`, and what may follow.
  private static TorchTensor tensor(FileBytes pickle, long at, List<Object> arguments, int least)
      throws FormatException {
    if (!(arguments.size() >= least
        && arguments.get(0) instanceof TypedStorage(TorchStorage storage, String storageType)
        && arguments.get(1) instanceof Long offset
        && PickleValues.isTuple(arguments.get(2))
        && PickleValues.isTuple(arguments.get(3)))) {
      throw pickle.error(
          at, "a tensor of a storage, an offset, a size and strides", "other arguments");
    }
    ElementType type = STORAGES.get(storageType);
    if (least == 7) {
      type = arguments.get(6) instanceof Name(String named) ? TYPES.get(named) : null;
    }
    if (type == null) {
      throw pickle.error(at, "a tensor of a known type", "none");
    }
    long[] sizes = numbers(pickle, at, (List<?>) arguments.get(2), "size");
    long[] strides = numbers(pickle, at, (List<?>) arguments.get(3), "stride");
    if (sizes.length != strides.length || sizes.length > Shape.MAX_RANK || offset < 0) {
      throw pickle.error(
          at,
          "at most %d sizes, as many strides, and an offset".formatted(Shape.MAX_RANK),
          "%d, %d and %d".formatted(sizes.length, strides.length, offset));
    }
    try {
      TorchTensor tensor = new TorchTensor(storage, type, offset, new Shape(sizes), strides);
      if (tensor.endBytes() > storage.bytes()) {
        throw pickle.error(
            at,
            "a tensor %s within the %d bytes of storage %s"
                .formatted(tensor.shape(), storage.bytes(), FormatException.quote(storage.key())),
            "one up to byte " + tensor.endBytes());
      }
      checkCopy(pickle, at, tensor);
      return tensor;
    } catch (ArithmeticException e) {
      throw pickle.error(at, "a shape of less than 2^57 elements", "a larger one");
    }
  }

  /// A stride of 0 makes of one element as many as one likes.
  private static void checkCopy(FileBytes pickle, long at, TorchTensor tensor)
      throws FormatException {
    long bytes = tensor.shape().bytes(tensor.type());
    if (!tensor.isPacked(false) && !tensor.isPacked(true) && bytes > tensor.storage().bytes()) {
      throw pickle.error(
          at,
          "a tensor that repeats no elements (clone() it before it is saved)",
          "%s of %d bytes in a storage of %d"
              .formatted(tensor.shape(), bytes, tensor.storage().bytes()));
    }
  }

  private static long[] numbers(FileBytes pickle, long at, List<?> tuple, String what)
      throws FormatException {
    long[] numbers = new long[tuple.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(tuple.get(i) instanceof Long number && number >= 0)) {
        throw pickle.error(at, "a " + what + " of at least 0", PickleValues.kind(tuple.get(i)));
      }
      numbers[i] = number;
    }
    return numbers;
  }
}
