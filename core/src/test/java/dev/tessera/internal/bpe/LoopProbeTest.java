package dev.tessera.internal.bpe;

import dev.tessera.kernel.PieceProbeContract;

final class LoopProbeTest extends PieceProbeContract {
  LoopProbeTest() {
    super(new LoopProbe());
  }
}
