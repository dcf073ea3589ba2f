package dev.tessera.cli.recipe;

/// Which vocabulary the text of a system has.
public enum TextKind {
  /// The system has no text.
  NONE(""),
  /// Llama 2's SentencePiece model.
  LLAMA("tokenizer.model"),
  /// ChatGLM2's SentencePiece model.
  CHATGLM("tokenizer.model"),
  /// A byte-level vocabulary.
  BYTES("tokenizer.json"),
  /// OPT's byte-level vocabulary, with the special token `</s>`.
  OPT("tokenizer.json");

  private final String file;

  TextKind(String file) {
    this.file = file;
  }

  /// What its file is called.
  public String file() {
    return file;
  }
}
