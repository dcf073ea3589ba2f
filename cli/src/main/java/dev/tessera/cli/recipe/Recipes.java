package dev.tessera.cli.recipe;

import java.util.List;

/// All systems that the command line knows.
public final class Recipes {
  private static final List<Recipe> ALL =
      List.of(
          TextSystems.llama(),
          RowSystems.llava(),
          QFormerSystems.blip2(),
          DallESystem.dallE(),
          SeedSystem.seed(),
          Emu3System.emu3(),
          MoVqganSystem.moVqgan(),
          MoleBertSystem.moleBert(),
          GraphsGptSystem.graphsGpt(),
          GraphSystems.nagphormer(),
          ResidualSystems.gqt(),
          NodeSystems.vqGraph(),
          ResidualSystems.nodeId(),
          GraphSystems.llaga(),
          RowSystems.graphGpt(),
          QFormerSystems.graphTranslator(),
          RowSystems.teaGlm(),
          NodeSystems.gft(),
          NodeSystems.stag());

  private Recipes() {}

  /// In the order of the survey that they are from.
  public static List<Recipe> all() {
    return ALL;
  }
}
