package dev.tessera.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The standard error stream, asked whether it is a terminal: `java.io.Console` only knows about
/// the other two.
final class StandardError {
  private static final int FILE_DESCRIPTOR = 2;

  private StandardError() {}

  /// Whether a person watches; false where C's `isatty` cannot be asked: without native access, or
  /// where there is no such function.
  static boolean isTerminal() {
    if (!StandardError.class.getModule().isNativeAccessEnabled()) {
      return false;
    }
    SymbolLookup c = Linker.nativeLinker().defaultLookup();
    return c.find("isatty").or(() -> c.find("_isatty")).map(StandardError::call).orElse(false);
  }

  @SuppressWarnings("restricted") // native access was asked for before
  private static boolean call(MemorySegment isatty) {
    MethodHandle function =
        Linker.nativeLinker()
            .downcallHandle(
                isatty, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      return (int) function.invokeExact(FILE_DESCRIPTOR) != 0;
    } catch (Throwable e) {
      return false; // isatty throws nothing, but a method handle may
    }
  }
}
