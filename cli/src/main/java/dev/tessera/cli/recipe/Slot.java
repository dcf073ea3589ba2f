package dev.tessera.cli.recipe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes into a system, or comes out of it.
///
/// @param kind how it is read and written
/// @param name what messages call it, and what it is called in a file of several tensors
/// @param axes of a tensor
/// @param meaning what it is, in a few words
/// @param below of ids in an example: what they are less than
/// @param optional whether it may be left out
/// @param example its elements in an example; none for random ones
public record Slot(
    Kind kind,
    String name,
    @Nullable Axes axes,
    String meaning,
    int below,
    boolean optional,
    List<Float> example) {
  /// How something is read and written.
  public enum Kind {
    /// Numbers of float32, or what is exact in it.
    FLOATS,
    /// Integers.
    IDS,
    /// A graph, as `tessera hops` reads it.
    GRAPH,
    /// Text in UTF-8.
    TEXT,
    /// A dict of bonds, pickled.
    BONDS,
    /// A SMILES a line.
    MOLECULES
  }

  static final String MOLECULES = "molecules";

  static Slot floats(String name, String axes, String meaning) {
    return new Slot(Kind.FLOATS, name, Axes.parse(axes), meaning, 0, false, List.of());
  }

  static Slot ids(String name, String axes, String meaning) {
    return ids(name, axes, meaning, 1);
  }

  static Slot ids(String name, String axes, String meaning, int below) {
    return new Slot(Kind.IDS, name, Axes.parse(axes), meaning, below, false, List.of());
  }

  static Slot graph(String meaning) {
    return new Slot(Kind.GRAPH, "graph", null, meaning, 0, false, List.of());
  }

  static Slot text(String meaning) {
    return new Slot(Kind.TEXT, "text", null, meaning, 0, false, List.of());
  }

  static Slot bonds() {
    return new Slot(
        Kind.BONDS,
        "bonds",
        null,
        "the published `bond_dict.pkl`: (lower, upper, type): value",
        0,
        false,
        List.of());
  }

  static Slot molecules() {
    String meaning = "a SMILES a line, a name behind it left out; `FILE.smi` or `FILE.smiles`";
    return new Slot(Kind.MOLECULES, MOLECULES, null, meaning, 0, false, List.of());
  }

  Slot orNone() {
    return new Slot(kind, name, axes, meaning, below, true, example);
  }

  Slot inExample(float... elements) {
    List<Float> list = new ArrayList<>();
    for (float element : elements) {
      list.add(element);
    }
    return new Slot(kind, name, axes, meaning, below, optional, List.copyOf(list));
  }

  /// As in `features, float32 [n x 768]: what the graph network gives`.
  String shown(Sizes sizes) {
    return switch (kind) {
      case FLOATS -> name + ", float32 " + shape(sizes);
      case IDS -> name + ", integers " + shape(sizes);
      case GRAPH, TEXT, BONDS, MOLECULES -> name;
    };
  }

  String shape(Sizes sizes) {
    return axes == null ? "" : axes.shown(sizes);
  }
}
