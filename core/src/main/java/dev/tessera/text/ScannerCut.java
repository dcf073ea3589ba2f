package dev.tessera.text;

import dev.tessera.internal.split.Cl100kScanner;
import dev.tessera.internal.split.Gpt2Scanner;
import dev.tessera.internal.split.O200kScanner;
import dev.tessera.kernel.SplitPattern;
import java.util.function.Consumer;

/// Cuts by a published pattern, by its scanner.
record ScannerCut(SplitPattern pattern) implements Cut {
  @Override
  public void cut(TextSegment segment, Consumer<TextSegment> next) {
    int at = segment.from();
    while (at < segment.to()) {
      int end = end(segment.bytes(), at, segment.to());
      next.accept(segment.part(at, end));
      at = end;
    }
  }

  private int end(byte[] text, int at, int to) {
    return switch (pattern) {
      case GPT2 -> Gpt2Scanner.end(text, at, to);
      case CL100K -> Cl100kScanner.end(text, at, to, 3, true);
      case LLAMA3 -> Cl100kScanner.end(text, at, to, 3, false);
      case QWEN2 -> Cl100kScanner.end(text, at, to, 1, false);
      case O200K -> O200kScanner.end(text, at, to);
    };
  }
}
