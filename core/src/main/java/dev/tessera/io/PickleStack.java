package dev.tessera.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The stack of a pickle's machine, with marks. Nothing below the last mark is reached.
final class PickleStack {
  private final PickleCursor cursor;
  private final ArrayList<Object> values = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();

  /// @param cursor for errors, which name the opcode
  PickleStack(PickleCursor cursor) {
    this.cursor = cursor;
  }

  void push(Object value) {
    values.add(value);
  }

  void mark() {
    marks.add(values.size());
  }

  /// How many values and marks there are.
  int size() {
    return values.size() + marks.size();
  }

  Object top() throws FormatException {
    int floor = marks.isEmpty() ? 0 : marks.getLast();
    if (values.size() <= floor) {
      throw cursor.error("a value on the stack", "none");
    }
    return values.getLast();
  }

  Object pop() throws FormatException {
    Object value = top();
    values.removeLast();
    return value;
  }

  /// The values above the last mark, which is taken away.
  List<Object> popMarked() throws FormatException {
    if (marks.isEmpty()) {
      throw cursor.error("a mark on the stack", "none");
    }
    List<Object> above = values.subList(marks.removeLast(), values.size());
    List<Object> taken = List.copyOf(above);
    above.clear();
    return taken;
  }

  /// Adds values to the list on top.
  @SuppressWarnings("unchecked") // only values get into one
  void append(List<Object> added) throws FormatException {
    if (!(top() instanceof ArrayList<?> list)) {
      throw cursor.error("a list to add to", PickleValues.kind(top()));
    }
    ((List<Object>) list).addAll(added);
  }

  /// Puts keys and values, which take turns, into the dict on top.
  ///
  /// @param pickle for errors
  @SuppressWarnings("unchecked") // only values get into one
  void put(List<Object> items, FileBytes pickle) throws FormatException {
    if (!(top() instanceof LinkedHashMap<?, ?> dict)) {
      throw cursor.error("a dict to put into", PickleValues.kind(top()));
    }
    if (items.size() % 2 != 0) {
      throw cursor.error("keys with a value each", items.size() + " items");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = PickleValues.checkedKey(pickle, cursor.opcodeAt(), items.get(i));
      ((Map<Object, Object>) dict).put(key, items.get(i + 1));
    }
  }
}
