package dev.tessera.io;

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
  private final PickleCursor cursor;
  private final PickleStack stack;
  private final Map<Long, Object> memo = new HashMap<>();

  private PickleMachine(FileBytes pickle, PickleScope scope) {
    this.pickle = pickle;
    this.scope = scope;
    cursor = new PickleCursor(pickle);
    stack = new PickleStack(cursor);
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
    int first = cursor.u8("a pickle's first opcode");
    int protocol = cursor.u8("a protocol");
    if (first != 0x80 || protocol < 2 || protocol > MOST_PROTOCOL) {
      throw cursor.error(
          "a pickle of protocol 2 to 5 (80 02)", "%02x %02x".formatted(first, protocol));
    }
    for (int opcode = cursor.nextOpcode(); opcode != '.'; opcode = cursor.nextOpcode()) {
      if (!scalar(opcode) && !container(opcode) && !memory(opcode) && !object(opcode)) {
        throw cursor.error("an opcode of plain values", "%02x".formatted(opcode));
      }
    }
    Object value = stack.pop();
    if (stack.size() > 0) {
      throw cursor.error("one value at the end", stack.size() + " more");
    }
    cursor.checkEnd();
    return value;
  }

  /// Numbers and strings.
  private boolean scalar(int opcode) throws FormatException {
    switch (opcode) {
      case 'N' -> stack.push(Pickle.NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'K' -> stack.push((long) cursor.u8("a number"));
      case 'M' -> stack.push((long) cursor.u16());
      case 'J' -> stack.push((long) (int) cursor.u32());
      case 0x8a -> stack.push(cursor.integer(cursor.u8("a length")));
      case 0x8b -> stack.push(cursor.integer(cursor.u32()));
      case 'G' -> stack.push(cursor.decimal());
      case 0x8c -> stack.push(cursor.text(cursor.u8("a length"), StandardCharsets.UTF_8));
      case 'X' -> stack.push(cursor.text(cursor.u32(), StandardCharsets.UTF_8));
      case 0x8d -> stack.push(cursor.text(cursor.u63(), StandardCharsets.UTF_8));
      // Python 2's str
      case 'U' -> stack.push(cursor.text(cursor.u8("a length"), StandardCharsets.ISO_8859_1));
      case 'T' -> stack.push(cursor.text(cursor.u32(), StandardCharsets.ISO_8859_1));
      case 'C' -> stack.push(cursor.bytes(cursor.u8("a length")));
      case 'B' -> stack.push(cursor.bytes(cursor.u32()));
      case 0x8e -> stack.push(cursor.bytes(cursor.u63()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Lists, tuples and dicts.
  private boolean container(int opcode) throws FormatException {
    switch (opcode) {
      case '(' -> stack.mark();
      case ']' -> stack.push(new ArrayList<>(0));
      case 'l' -> stack.push(new ArrayList<>(stack.popMarked()));
      case 'a' -> stack.append(List.of(stack.pop()));
      case 'e' -> stack.append(stack.popMarked());
      case ')' -> stack.push(List.of());
      case 't' -> stack.push(List.copyOf(stack.popMarked()));
      case 0x85 -> stack.push(List.of(stack.pop()));
      case 0x86 -> {
        Object second = stack.pop();
        stack.push(List.of(stack.pop(), second));
      }
      case 0x87 -> {
        Object third = stack.pop();
        Object second = stack.pop();
        stack.push(List.of(stack.pop(), second, third));
      }
      case '}' -> stack.push(new LinkedHashMap<>(0));
      case 'd' -> {
        List<Object> items = stack.popMarked();
        stack.push(new LinkedHashMap<>(0));
        stack.put(items, pickle);
      }
      case 's' -> {
        Object value = stack.pop();
        Object key = stack.pop();
        stack.put(List.of(key, value), pickle);
      }
      case 'u' -> stack.put(stack.popMarked(), pickle);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// What steers the machine.
  private boolean memory(int opcode) throws FormatException {
    switch (opcode) {
      case 0x95 -> cursor.frame();
      case '0' -> {
        Object _ = stack.pop();
      }
      case '1' -> {
        List<Object> _ = stack.popMarked();
      }
      case '2' -> stack.push(stack.top());
      case 'q' -> memo.put((long) cursor.u8("a place"), stack.top());
      case 'r' -> memo.put(cursor.u32(), stack.top());
      case 0x94 -> memo.put((long) memo.size(), stack.top());
      case 'h' -> stack.push(remembered(cursor.u8("a place")));
      case 'j' -> stack.push(remembered(cursor.u32()));
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
        String module = cursor.line();
        stack.push(named(module, cursor.line()));
      }
      case 0x93 -> {
        Object name = stack.pop();
        Object module = stack.pop();
        if (!(module instanceof String m && name instanceof String n)) {
          throw cursor.error("the name of a class", PickleValues.kind(name));
        }
        stack.push(named(m, n));
      }
      case 'R', 0x81 -> {
        Object arguments = stack.pop();
        Object callable = stack.pop();
        if (!(callable instanceof PickleScope.Name(String name))) {
          throw cursor.error("a class or a function", PickleValues.kind(callable));
        }
        if (!PickleValues.isTuple(arguments)) {
          throw cursor.error("a tuple of arguments", PickleValues.kind(arguments));
        }
        stack.push(scope.call(pickle, cursor.opcodeAt(), name, tuple(arguments)));
      }
      case 'b' -> {
        Object _ = stack.pop(); // attributes, such as the _metadata of a state dict
        if (!(stack.top() instanceof LinkedHashMap)) {
          throw cursor.error("an OrderedDict to have attributes", PickleValues.kind(stack.top()));
        }
      }
      case 'Q' -> stack.push(scope.load(pickle, cursor.opcodeAt(), stack.pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private PickleScope.Name named(String module, String name) throws FormatException {
    String full = module + "." + name;
    if (!scope.names().contains(full)) {
      throw cursor.error(
          "only names that stand for plain values and tensors (nothing is executed)",
          FormatException.quote(full));
    }
    return new PickleScope.Name(full);
  }

  @SuppressWarnings("unchecked") // a tuple holds values
  private static List<Object> tuple(Object value) {
    return (List<Object>) value;
  }

  private Object remembered(long place) throws FormatException {
    Object value = memo.get(place);
    if (value == null) {
      throw cursor.error("a value that was remembered as " + place, "none");
    }
    return value;
  }
}
