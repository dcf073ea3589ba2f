package dev.tessera.cli.recipe;

import java.io.IOException;

/// A module that the command uses where it is there. Each has one class here that knows it.
enum OptionalModule {
  /// For images; known to [ImageEncoder].
  ENCODERS(
      "dev.tessera:tessera-encoders",
      "com.microsoft.onnxruntime:onnxruntime",
      "dev.tessera.encoders.OnnxEncoder",
      "ai.onnxruntime.OrtEnvironment"),
  /// For SMILES; known to [SmilesFile].
  MOLECULES(
      "dev.tessera:tessera-molecules",
      "CDK (org.openscience.cdk)",
      "dev.tessera.molecules.Smiles",
      "org.openscience.cdk.smiles.SmilesParser");

  private final String dependency;
  private final String library;
  private final String type;
  private final String typeOfLibrary;

  OptionalModule(String dependency, String library, String type, String typeOfLibrary) {
    this.dependency = dependency;
    this.library = library;
    this.type = type;
    this.typeOfLibrary = typeOfLibrary;
  }

  /// @param use what needs the module, as in `--encoder`
  /// @throws IOException if it is not there: says which dependency to add
  void require(String use) throws IOException {
    require(use, dependency, type);
    require(use, library, typeOfLibrary);
  }

  private static void require(String use, String missing, String type) throws IOException {
    try {
      Class.forName(type, false, OptionalModule.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException(
          "%s needs %s, which is not there: add it with its dependencies to the class path, or their jars to the folder 'optional' of the distribution"
              .formatted(use, missing),
          e);
    }
  }
}
