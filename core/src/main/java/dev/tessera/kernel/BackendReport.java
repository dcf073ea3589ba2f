package dev.tessera.kernel;

import java.util.List;
import java.util.stream.Collectors;

/// Which backends there are, which of them serve, and why the others do not.
///
/// @param requested the name that was asked for, or `auto`
/// @param entries all backends, from the highest priority to the lowest
public record BackendReport(String requested, List<Entry> entries) {
  /// One backend.
  ///
  /// @param name the name by which it is asked for
  /// @param availability what its probe said
  /// @param serves whether calls may go to it
  public record Entry(String name, Availability availability, boolean serves) {
    @Override
    public String toString() {
      return switch (availability) {
        case Availability.Available(String detail) ->
            name + (serves ? " serves: " : " is available, but was not asked for: ") + detail;
        case Availability.Unavailable(String reason, String fix) ->
            name + " is unavailable: " + reason + "; " + fix;
      };
    }
  }

  /// Copies the list.
  public BackendReport {
    entries = List.copyOf(entries);
  }

  /// The name of the backend that is asked first.
  public String first() {
    return entries.stream().filter(Entry::serves).findFirst().orElseThrow().name();
  }

  /// One line: all backends, as in `simd serves: 512-bit vectors; opencl is unavailable: ...`.
  @Override
  public String toString() {
    return entries.stream().map(Entry::toString).collect(Collectors.joining(". "));
  }
}
