package dev.tessera.kernel;

import java.util.Locale;

/// Which device a backend that runs on devices takes. The processor is none: `scalar` and `simd`
/// look at no choice.
public sealed interface DeviceChoice {
  /// The device of the best score: a GPU or another accelerator before a processor, then the
  /// greatest product of compute units and clock rate, then the most memory.
  record Best() implements DeviceChoice {
    @Override
    public String toString() {
      return "the best device";
    }
  }

  /// The best of the devices whose name, or platform's name, holds `part`, in any case.
  record Named(String part) implements DeviceChoice {
    /// Refuses a part that every name holds.
    public Named {
      if (part.isBlank()) {
        throw new IllegalArgumentException("a device's name has at least 1 character, not 0");
      }
    }

    /// Whether a name holds the part.
    public boolean fits(String name) {
      return name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return "a device named `" + part + "`";
    }
  }

  /// The device at this place, from 0, in the order in which [KernelProvider#devices] lists them.
  record Numbered(int index) implements DeviceChoice {
    /// Refuses a negative place.
    public Numbered {
      if (index < 0) {
        throw new IllegalArgumentException("devices are numbered from 0, not from " + index);
      }
    }

    @Override
    public String toString() {
      return "device " + index;
    }
  }

  /// The best device.
  DeviceChoice BEST = new Best();

  /// What a user writes: a number is a place in the list, anything else a part of a name.
  ///
  /// @throws IllegalArgumentException if the text is blank
  static DeviceChoice parse(String text) {
    String stripped = text.strip();
    return stripped.matches("\\d{1,9}")
        ? new Numbered(Integer.parseInt(stripped))
        : new Named(stripped);
  }
}
