package dev.tessera.cli.recipe;

/// Which vocabulary the text of a system has.
public enum TextKind {
  /// The system has no text.
  NONE(""),
  /// Llama 2's SentencePiece model.
  LLAMA("tokenizer.model"),
  /// A byte-level vocabulary.
  BYTES("tokenizer.json");

  private final String file;

  TextKind(String file) {
    this.file = file;
  }

  /// What its file is called.
  public String file() {
    return file;
  }
}
