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
  Preparation preparation = Preparation.NONE;
  final List<Setting> settings = new ArrayList<>();
  final List<Way> ways = new ArrayList<>();
  @Nullable Way back;
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

  /// Its first input is what an encoder makes of images that are prepared like this.
  RecipeBuilder images(Preparation how) {
    preparation = how;
    return this;
  }

  RecipeBuilder with(Setting setting) {
    settings.add(setting);
    return this;
  }

  /// A way in; the first is the usual one.
  RecipeBuilder encode(List<Slot> in, List<Slot> out, Way.Step step) {
    ways.add(new Way(in, out, step));
    return this;
  }

  RecipeBuilder decode(List<Slot> in, List<Slot> out, Way.Step step) {
    back = new Way(in, out, step);
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
