package dev.tessera.cli.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The commands that use the files of an [Example].
record ExampleCommands(Recipe recipe, Path folder) {
  /// Each as its words behind `tessera`: there, the way back, and a sequence, as far as there are
  /// these.
  List<List<String>> all() {
    List<List<String>> commands = new ArrayList<>();
    boolean several = recipe.way().outputs().size() > 1;
    String there = folder.resolve(several ? "encoded.safetensors" : "encoded.npy").toString();
    commands.add(encode(recipe.way(), there));
    if (recipe.back() != null) {
      commands.add(back(recipe.back(), there, several));
    }
    for (Way way : recipe.otherWays()) {
      String name = way.outputs().getFirst().name() + ".safetensors";
      commands.add(encode(way, folder.resolve(name).toString()));
    }
    if (recipe.assembly() != null) {
      commands.add(sequence());
    }
    return commands;
  }

  private List<String> encode(Way way, String output) {
    List<String> words = begin();
    for (Slot slot : way.inputs()) {
      words.addAll(List.of("--input", folder.resolve(Example.file(slot)).toString()));
    }
    addSettings(words);
    words.addAll(List.of("--output", output));
    return words;
  }

  private List<String> begin() {
    List<String> words = new ArrayList<>(List.of("recipe", recipe.name()));
    if (recipe.takesWeights()) {
      words.addAll(List.of("--weights", folder.resolve(Example.WEIGHTS).toString()));
    }
    if (recipe.text() == TextKind.LLAMA
        && recipe.way().inputs().getFirst().kind() == Slot.Kind.TEXT) {
      words.addAll(List.of("--tokenizer", folder.resolve(recipe.text().file()).toString()));
    }
    return words;
  }

  private void addSettings(List<String> words) {
    for (Setting setting : recipe.settings()) {
      if (setting.example() != null) {
        words.addAll(List.of("--" + setting.name(), setting.example()));
      }
    }
    boolean hasGraph =
        recipe.way().inputs().stream().anyMatch(slot -> slot.kind() == Slot.Kind.GRAPH);
    if (hasGraph) {
      words.add("--undirected");
    }
  }

  private List<String> back(Way back, String encoded, boolean several) {
    List<String> words = begin();
    words.add("--decode");
    for (Slot slot : back.inputs()) {
      String file =
          slot.axes() == null
              ? folder.resolve(Example.file(slot)).toString()
              : several ? encoded + ":" + slot.name() : encoded;
      words.addAll(List.of("--input", file));
    }
    Slot made = back.outputs().getFirst();
    String ending =
        made.kind() == Slot.Kind.TEXT
            ? ".txt"
            : back.outputs().size() > 1 ? ".safetensors" : ".npy";
    words.addAll(List.of("--output", folder.resolve("decoded" + ending).toString()));
    return words;
  }

  private List<String> sequence() {
    List<String> words = begin();
    words.addAll(List.of("--tokenizer", folder.resolve(recipe.text().file()).toString()));
    for (Setting setting : recipe.settings()) {
      if (setting.example() != null) {
        words.addAll(List.of("--" + setting.name(), setting.example()));
      }
    }
    String tensor = folder.resolve(Example.file(recipe.way().inputs().getFirst())).toString();
    for (String kind : recipe.partKinds()) {
      String value =
          switch (kind) {
            case Part.TEXT -> "What is this? ";
            case Part.NODE -> "0";
            default -> tensor;
          };
      words.addAll(List.of("--" + kind, value));
    }
    words.addAll(List.of("--output", folder.resolve("sequence.jsonl").toString()));
    words.addAll(List.of("--html", folder.resolve("sequence.html").toString()));
    return words;
  }
}
