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
    boolean several = recipe.outputs(false).size() > 1;
    String there = folder.resolve(several ? "encoded.safetensors" : "encoded.npy").toString();
    List<String> encode = begin(true);
    for (Slot slot : recipe.inputs(false)) {
      encode.addAll(List.of("--input", folder.resolve(Example.file(slot)).toString()));
    }
    addSettings(encode);
    encode.addAll(List.of("--output", there));
    commands.add(encode);
    if (recipe.step(true) != null) {
      commands.add(back(there, several));
    }
    if (recipe.assembly() != null) {
      commands.add(sequence());
    }
    return commands;
  }

  private List<String> begin(boolean withWeights) {
    List<String> words = new ArrayList<>(List.of("recipe", recipe.name()));
    if (withWeights && recipe.takesWeights()) {
      words.addAll(List.of("--weights", folder.resolve(Example.WEIGHTS).toString()));
    }
    if (recipe.text() == TextKind.LLAMA
        && recipe.inputs(false).getFirst().kind() == Slot.Kind.TEXT) {
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
        recipe.inputs(false).stream().anyMatch(slot -> slot.kind() == Slot.Kind.GRAPH);
    if (hasGraph) {
      words.add("--undirected");
    }
  }

  private List<String> back(String encoded, boolean several) {
    List<String> words = begin(true);
    words.add("--decode");
    for (Slot slot : recipe.inputs(true)) {
      String file =
          slot.axes() == null
              ? folder.resolve(Example.file(slot)).toString()
              : several ? encoded + ":" + slot.name() : encoded;
      words.addAll(List.of("--input", file));
    }
    Slot made = recipe.outputs(true).getFirst();
    String ending =
        made.kind() == Slot.Kind.TEXT
            ? ".txt"
            : recipe.outputs(true).size() > 1 ? ".safetensors" : ".npy";
    words.addAll(List.of("--output", folder.resolve("decoded" + ending).toString()));
    return words;
  }

  private List<String> sequence() {
    List<String> words = begin(true);
    words.addAll(List.of("--tokenizer", folder.resolve(recipe.text().file()).toString()));
    for (Setting setting : recipe.settings()) {
      if (setting.example() != null) {
        words.addAll(List.of("--" + setting.name(), setting.example()));
      }
    }
    words.addAll(List.of("--text", "What is this? "));
    for (String kind : recipe.partKinds()) {
      if (!kind.equals(MixedSequence.TEXT)) {
        Slot slot = recipe.inputs(false).getFirst();
        String value = kind.equals("node") ? "0" : folder.resolve(Example.file(slot)).toString();
        words.addAll(List.of("--" + kind, value));
      }
    }
    words.addAll(List.of("--output", folder.resolve("sequence.jsonl").toString()));
    words.addAll(List.of("--html", folder.resolve("sequence.html").toString()));
    return words;
  }
}
