package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class SignalActionsTest {
  private static final int HANG_UP = 1; // which the JVM handles
  private static final int WINDOW_CHANGE = 28; // which it does not

  @BeforeEach
  void thisSystemCanBeAsked() {
    assertThat(SignalActions.available()).isTrue();
  }

  @Test
  void whatACallInstallsForASignalIsGoneBehindIt() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = SignalActions.actions(arena);
      boolean installed =
          SignalActions.keep(
              () -> {
                install(before);
                return SignalActions.actions(arena).mismatch(before) >= 0;
              });
      assertThat(installed).isTrue();
      assertThat(SignalActions.actions(arena).mismatch(before)).isEqualTo(-1);
    }
  }

  @Test
  void norDoesACallThatFailsLeaveAnything() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = SignalActions.actions(arena);
      assertThatThrownBy(
              () ->
                  SignalActions.keep(
                      () -> {
                        install(before);
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(SignalActions.actions(arena).mismatch(before)).isEqualTo(-1);
    }
  }

  private static void install(MemorySegment actions) {
    SignalActions.install(WINDOW_CHANGE, SignalActions.action(actions, HANG_UP));
  }

  /// Opens the backend, which compiles programs, and prints whether a signal's action is another
  /// then.
  static final class Opening {
    private Opening() {}

    public static void main(String[] arguments) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment before = SignalActions.actions(arena);
        try (Backend opened = new OpenClProvider().open(BackendOptions.defaults())) {
          long place = SignalActions.actions(arena).mismatch(before);
          System.out.println(
              opened.name() + (place < 0 ? ": no signal changed" : ": byte " + place));
        }
      }
    }
  }

  /// In a process of its own: a driver is loaded once.
  @Test
  @Tag("opencl")
  void theJvmsOwnHandlersOutliveADriver() throws IOException, InterruptedException {
    String output = FreshJvm.output(Opening.class, Map.of());
    assertThat(output).contains("no signal changed");
  }
}
