package dev.tessera.io;

import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs the stack machine that a pickle is written for, protocols 2 to 5, as far as it makes plain
/// values: numbers, strings, lists, tuples, dicts, and what a [PickleScope] answers. (Python's
/// `pickletools` documents each opcode.) What it makes is bounded by the length of the pickle.
///
/// Values are those of [Pickle]. A list is an `ArrayList`, a tuple any other list, a dict a
/// `LinkedHashMap`.
final class PickleMachine {
  /// The longest pickle: a checkpoint of 100,000 tensors has one of some 12 MB.
  static final int MAX_BYTES = 16 << 20;

  private static final int MOST_PROTOCOL = 5;

  private final FileBytes pickle;
  private final PickleScope scope;
  private final ArrayList<Object> stack = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private long at;
  private long opcodeAt;

  private PickleMachine(FileBytes pickle, PickleScope scope) {
    this.pickle = pickle;
    this.scope = scope;
  }

  /// The value of a pickle.
  ///
  /// @throws FormatException if it is not whole, has anything behind its end, or makes what is not
  ///   allowed: names the byte
  static Object run(FileBytes pickle, PickleScope scope) throws FormatException {
    if (pickle.size() > MAX_BYTES) {
      throw pickle.error(
          0, "a pickle of at most " + MAX_BYTES + " bytes", Long.toString(pickle.size()));
    }
    return new PickleMachine(pickle, scope).run();
  }

  private Object run() throws FormatException {
    int first = u8("a pickle's first opcode");
    int protocol = u8("a protocol");
    if (first != 0x80 || protocol < 2 || protocol > MOST_PROTOCOL) {
      throw pickle.error(
          0, "a pickle of protocol 2 to 5 (80 02)", "%02x %02x".formatted(first, protocol));
    }
    while (true) {
      opcodeAt = at;
      int opcode = u8("an opcode, as the pickle has not ended");
      if (opcode == '.') {
        break;
      }
      if (!scalar(opcode) && !container(opcode) && !memory(opcode) && !object(opcode)) {
        throw error("an opcode of plain values", "%02x".formatted(opcode));
      }
    }
    Object value = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw error("one value at the end", stack.size() + " more");
    }
    if (at != pickle.size()) {
      throw pickle.error(at, "the end of the pickle", (pickle.size() - at) + " bytes more");
    }
    return value;
  }

  /// Numbers and strings.
  private boolean scalar(int opcode) throws FormatException {
    switch (opcode) {
      case 'N' -> push(Pickle.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) u8("a number"));
      case 'M' -> push((long) u16());
      case 'J' -> push((long) (int) u32());
      case 0x8a -> push(integer(u8("a length")));
      case 0x8b -> push(integer(u32()));
      case 'G' -> push(Double.longBitsToDouble(ByteBuffer.wrap(bytes(8)).getLong()));
      case 0x8c -> push(text(u8("a length"), StandardCharsets.UTF_8));
      case 'X' -> push(text(u32(), StandardCharsets.UTF_8));
      case 0x8d -> push(text(u63(), StandardCharsets.UTF_8));
      case 'U' -> push(text(u8("a length"), StandardCharsets.ISO_8859_1)); // Python 2's str
      case 'T' -> push(text(u32(), StandardCharsets.ISO_8859_1));
      case 'C' -> push(bytes(u8("a length")));
      case 'B' -> push(bytes(u32()));
      case 0x8e -> push(bytes(u63()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Lists, tuples and dicts.
  private boolean container(int opcode) throws FormatException {
    switch (opcode) {
      case '(' -> marks.add(stack.size());
      case ']' -> push(new ArrayList<>(0));
      case 'l' -> push(new ArrayList<>(popMarked()));
      case 'a' -> {
        Object value = pop();
        list().add(value);
      }
      case 'e' -> {
        List<Object> values = popMarked();
        list().addAll(values);
      }
      case ')' -> push(List.of());
      case 't' -> push(List.copyOf(popMarked()));
      case 0x85 -> push(List.of(pop()));
      case 0x86 -> {
        Object second = pop();
        push(List.of(pop(), second));
      }
      case 0x87 -> {
        Object third = pop();
        Object second = pop();
        push(List.of(pop(), second, third));
      }
      case '}' -> push(new LinkedHashMap<>(0));
      case 'd' -> {
        List<Object> items = popMarked();
        push(new LinkedHashMap<>(0));
        put(items);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        put(List.of(key, value));
      }
      case 'u' -> put(popMarked());
      default -> {
        return false;
      }
    }
    return true;
  }

  /// What steers the machine.
  private boolean memory(int opcode) throws FormatException {
    switch (opcode) {
      case 0x95 -> {
        long frame = u63();
        pickle.slice(at, frame, "a frame");
      }
      case '0' -> {
        Object _ = pop();
      }
      case '1' -> {
        List<Object> _ = popMarked();
      }
      case '2' -> push(top());
      case 'q' -> memo.put((long) u8("a place"), top());
      case 'r' -> memo.put(u32(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(u8("a place")));
      case 'j' -> push(remembered(u32()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// What a scope answers.
  private boolean object(int opcode) throws FormatException {
    switch (opcode) {
      case 'c' -> {
        String module = line();
        push(named(module, line()));
      }
      case 0x93 -> {
        Object name = pop();
        Object module = pop();
        if (!(module instanceof String m && name instanceof String n)) {
          throw error("the name of a class", PickleValues.kind(name));
        }
        push(named(m, n));
      }
      case 'R', 0x81 -> {
        Object arguments = pop();
        Object callable = pop();
        if (!(callable instanceof PickleScope.Name(String name))) {
          throw error("a class or a function", PickleValues.kind(callable));
        }
        if (!PickleValues.isTuple(arguments)) {
          throw error("a tuple of arguments", PickleValues.kind(arguments));
        }
        push(scope.call(pickle, opcodeAt, name, tuple(arguments)));
      }
      case 'b' -> {
        Object _ = pop(); // attributes, such as the _metadata of a state dict
        if (!(top() instanceof LinkedHashMap)) {
          throw error("an OrderedDict to have attributes", PickleValues.kind(top()));
        }
      }
      case 'Q' -> push(scope.load(pickle, opcodeAt, pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private PickleScope.Name named(String module, String name) throws FormatException {
    String full = module + "." + name;
    if (!scope.names().contains(full)) {
      throw error(
          "only names that stand for plain values and tensors (nothing is executed)",
          FormatException.quote(full));
    }
    return new PickleScope.Name(full);
  }

  @SuppressWarnings("unchecked") // a tuple holds values
  private static List<Object> tuple(Object value) {
    return (List<Object>) value;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private Object top() throws FormatException {
    if (stack.size() <= floor()) {
      throw error("a value on the stack", "none");
    }
    return stack.getLast();
  }

  private Object pop() throws FormatException {
    Object value = top();
    stack.removeLast();
    return value;
  }

  /// The values above the last mark, which is taken away.
  private List<Object> popMarked() throws FormatException {
    if (marks.isEmpty()) {
      throw error("a mark on the stack", "none");
    }
    List<Object> above = stack.subList(marks.removeLast(), stack.size());
    List<Object> values = List.copyOf(above);
    above.clear();
    return values;
  }

  @SuppressWarnings("unchecked") // only values get into one
  private List<Object> list() throws FormatException {
    if (top() instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw error("a list to add to", PickleValues.kind(top()));
  }

  /// Puts keys and values, which take turns, into the dict on top.
  @SuppressWarnings("unchecked") // only values get into one
  private void put(List<Object> items) throws FormatException {
    if (!(top() instanceof LinkedHashMap<?, ?> dict)) {
      throw error("a dict to put into", PickleValues.kind(top()));
    }
    if (items.size() % 2 != 0) {
      throw error("keys with a value each", items.size() + " items");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = PickleValues.checkedKey(pickle, opcodeAt, items.get(i));
      ((Map<Object, Object>) dict).put(key, items.get(i + 1));
    }
  }

  private Object remembered(long place) throws FormatException {
    Object value = memo.get(place);
    if (value == null) {
      throw error("a value that was remembered as " + place, "none");
    }
    return value;
  }

  private int u8(String what) throws FormatException {
    return pickle.slice(at++, 1, what).get(ValueLayout.JAVA_BYTE, 0) & 0xff;
  }

  private int u16() throws FormatException {
    at += 2;
    return pickle.u16(at - 2, "a number");
  }

  private long u32() throws FormatException {
    at += 4;
    return pickle.u32(at - 4, "a number");
  }

  private long u63() throws FormatException {
    at += 8;
    return pickle.u63(at - 8, "a length");
  }

  private byte[] bytes(long count) throws FormatException {
    pickle.slice(at, count, "a value"); // before it is cut to an int
    at += count;
    return pickle.bytes(at - count, (int) count, "a value");
  }

  private Object integer(long length) throws FormatException {
    byte[] little = bytes(length);
    byte[] big = new byte[little.length + 1];
    for (int i = 0; i < little.length; i++) {
      big[little.length - i] = little[i];
    }
    big[0] = (byte) (little.length == 0 ? 0 : big[1] >> 7);
    BigInteger value = new BigInteger(big);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long length, Charset charset) throws FormatException {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes(length))).toString();
    } catch (CharacterCodingException e) {
      throw error("a string in " + charset, "other bytes");
    }
  }

  private String line() throws FormatException {
    long from = at;
    while (u8("a name and the end of its line") != '\n') {
      // goes on to the end of the line
    }
    return new String(pickle.bytes(from, (int) (at - 1 - from), "a name"), StandardCharsets.UTF_8);
  }

  private FormatException error(String expected, String found) {
    return pickle.error(opcodeAt, expected, found);
  }
}
