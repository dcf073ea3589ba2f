package dev.tessera.kernels.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/// Keeps what this process does on a signal as it was, while a driver is loaded.
///
/// The JVM lives by signals: a null that compiled code meets and a safepoint that it must stop at
/// both reach it as `SIGSEGV`. A driver that brings LLVM in (PoCL) has it install handlers of its
/// own, for one signal each: the first `SIGSEGV` takes the default action back in place, LLVM's
/// handler then the JVM's. A second thread that meets one in between ends the process, without a
/// word from the JVM. Linux alone, and only where this module may call native code.
@SuppressWarnings("restricted") // that is asked for first
final class SignalActions {
  private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
  private static final int SIGNALS = 31;
  private static final Set<Integer> FIXED = Set.of(9, 19); // SIGKILL, SIGSTOP

  // struct sigaction: the handler, a mask of 1024 signals, of which Linux knows 64, flags, the
  // restorer
  private static final long ACTION_BYTES = 152;
  private static final long USED_MASK_END = 16;
  private static final long FLAGS = 136;
  private static final int HAS_RESTORER =
      0x04000000; // as the C library says of all that it installs

  private SignalActions() {}

  /// What `call` returns; what it has installed for a signal is gone by then.
  static <T> T keep(Supplier<T> call) {
    if (!available()) {
      return call.get();
    }
    synchronized (SignalActions.class) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment before = actions(arena);
        try {
          return call.get();
        } finally {
          restore(before, actions(arena));
        }
      }
    }
  }

  /// Whether the numbers above are those of this system, and it may be asked.
  static boolean available() {
    return System.getProperty("os.name", "").equals("Linux")
        && PROCESSORS.contains(System.getProperty("os.arch", "").toLowerCase(Locale.ROOT))
        && SignalActions.class.getModule().isNativeAccessEnabled();
  }

  /// The present action of every signal, one `struct sigaction` each, from signal 1 on, without
  /// what is the C library's own affair.
  static MemorySegment actions(Arena arena) {
    MemorySegment actions = arena.allocate(SIGNALS * ACTION_BYTES, Long.BYTES);
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if (!FIXED.contains(signal)) {
        MemorySegment action = action(actions, signal);
        Library.sigaction(signal, MemorySegment.NULL, action);
        int flags = action.get(ValueLayout.JAVA_INT, FLAGS);
        action.asSlice(USED_MASK_END).fill((byte) 0);
        action.set(ValueLayout.JAVA_INT, FLAGS, flags & ~HAS_RESTORER);
      }
    }
    return actions;
  }

  private static void restore(MemorySegment before, MemorySegment now) {
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if (action(before, signal).mismatch(action(now, signal)) >= 0) {
        install(signal, action(before, signal));
      }
    }
  }

  /// Makes `action` what happens on a signal.
  static void install(int signal, MemorySegment action) {
    Library.sigaction(signal, action, MemorySegment.NULL);
  }

  /// One of the [#actions].
  static MemorySegment action(MemorySegment actions, int signal) {
    return actions.asSlice((signal - 1) * ACTION_BYTES, ACTION_BYTES);
  }

  /// The C library's function, looked up where it may be called.
  private static final class Library {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SIGACTION =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("sigaction"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));

    private Library() {}

    static void sigaction(int signal, MemorySegment action, MemorySegment old) {
      try {
        int failed = (int) SIGACTION.invokeExact(signal, action, old);
        assert failed == 0 : "sigaction of signal " + signal;
      } catch (Throwable e) { // invokeExact declares it; the call throws nothing
        throw new AssertionError(e);
      }
    }
  }
}
