package dev.tessera.text;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.TokenizerContract;

final class LoopTokenizerTest extends TokenizerContract {
  LoopTokenizerTest() {
    super(Backends.AUTO);
  }
}
