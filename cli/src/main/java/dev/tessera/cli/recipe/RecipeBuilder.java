package dev.tessera.cli.recipe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects what there is to know of a system.
final class RecipeBuilder {
  final String name;
  final Class<?> type;
  final String title;
  final String follows;
  String sizes = "";
  String weights = "";
  TextKind text = TextKind.NONE;
  final List<Setting> settings = new ArrayList<>();
  List<Slot> inputs = List.of();
  List<Slot> outputs = List.of();
  Recipe.@Nullable Step encoding;
  List<Slot> decodeInputs = List.of();
  List<Slot> decodeOutputs = List.of();
  Recipe.@Nullable Step decoding;
  List<String> partKinds = List.of();
  Recipe.@Nullable Assembly assembly;
  String difference = "";

  RecipeBuilder(String name, Class<?> type, String title, String follows) {
    this.name = name;
    this.type = type;
    this.title = title;
    this.follows = follows;
  }

  /// What words in shapes stand for, as [Sizes#parse] reads it.
  RecipeBuilder sizes(String list) {
    sizes = list;
    return this;
  }

  /// As [WeightList#parse] reads it.
  RecipeBuilder weights(String list) {
    weights = list;
    return this;
  }

  RecipeBuilder text(TextKind kind) {
    text = kind;
    return this;
  }

  RecipeBuilder with(Setting setting) {
    settings.add(setting);
    return this;
  }

  RecipeBuilder encode(List<Slot> in, List<Slot> out, Recipe.Step step) {
    inputs = in;
    outputs = out;
    encoding = step;
    return this;
  }

  RecipeBuilder decode(List<Slot> in, List<Slot> out, Recipe.Step step) {
    decodeInputs = in;
    decodeOutputs = out;
    decoding = step;
    return this;
  }

  RecipeBuilder assemble(List<String> kinds, Recipe.Assembly how) {
    partKinds = kinds;
    assembly = how;
    return this;
  }

  RecipeBuilder differs(String how) {
    difference = how;
    return this;
  }

  Recipe build() {
    return new Recipe(this);
  }
}
