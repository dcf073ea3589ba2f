package dev.tessera.kernels.opencl;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.NearestContract;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/// The contract with the screens that GPUs get, which no processor would choose.
@Tag("opencl")
final class ScreensTest {
  abstract static class Forced extends NearestContract {
    private final List<KernelProvider> providers;

    Forced(ScreenPlan.Kind kind) {
      super("opencl");
      providers = List.of(new OpenClProvider(JoclCalls::new, kind, 1));
    }

    @Override
    protected Backends open(BackendOptions options) {
      return Backends.open("opencl", options, providers);
    }
  }

  @Nested
  final class Tiled extends Forced {
    Tiled() {
      super(ScreenPlan.Kind.TILED);
    }
  }

  /// Up to 8 columns; the plain screen takes the others.
  @Nested
  final class Small extends Forced {
    Small() {
      super(ScreenPlan.Kind.SMALL);
    }
  }
}
