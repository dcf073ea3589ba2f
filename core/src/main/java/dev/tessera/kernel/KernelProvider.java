package dev.tessera.kernel;

import java.util.List;

/// The entry point of a backend, found through `ServiceLoader`.
///
/// An implementation has a public constructor without parameters that does nothing: it loads no
/// class that may be missing (the vector module, a native library) until [#probe()] has found that
/// it can.
public interface KernelProvider {
  /// The name by which users ask for the backend, in lower case: `scalar`, `simd`, `opencl`.
  String name();

  /// Backends are listed, and fall back, from the highest priority to the lowest; `scalar` has 0.
  int priority();

  /// Whether the backend can serve here. Never throws; may be called often, from any thread.
  Availability probe();

  /// Likewise, opened with these options: a backend of devices looks at the device that they name.
  /// Where there is none of that name it answers as without options; [#open] says so. Never throws.
  default Availability probe(BackendOptions options) {
    return probe();
  }

  /// Whether `auto` may choose the backend where it is available. Where it says no, it serves only
  /// those who ask for it by name, and `auto` does not even open it.
  default boolean servesAuto() {
    return true;
  }

  /// The devices that the backend can be opened on, with what is known of each; none for a backend
  /// of the processor. Never throws; may measure for some tenths of a second a device.
  default List<DeviceReport> devices() {
    return List.of();
  }

  /// Opens the backend. Called only after [#probe(BackendOptions)] said that it is available.
  ///
  /// @throws KernelException if it turns out that the backend cannot be opened
  Backend open(BackendOptions options);
}
