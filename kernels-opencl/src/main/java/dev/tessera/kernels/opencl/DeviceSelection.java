package dev.tessera.kernels.opencl;

import dev.tessera.kernel.DeviceChoice;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Finds the device that was asked for.
final class DeviceSelection {
  private DeviceSelection() {}

  /// The device that `choice` means; none where the best of none was asked for.
  ///
  /// @throws IllegalArgumentException if none fits; lists all devices
  static Optional<Device> select(List<Device> devices, DeviceChoice choice) {
    return switch (choice) {
      case DeviceChoice.Best best -> best(devices, device -> true);
      case DeviceChoice.Named named ->
          Optional.of(
              best(
                      devices,
                      device -> named.fits(device.name()) || named.fits(device.platformName()))
                  .orElseThrow(() -> nothingFits(devices, choice)));
      case DeviceChoice.Numbered(int index) -> {
        if (index >= devices.size()) {
          throw nothingFits(devices, choice);
        }
        yield Optional.of(devices.get(index));
      }
    };
  }

  private static Optional<Device> best(List<Device> devices, Predicate<Device> fits) {
    return devices.stream().filter(fits).reduce((a, b) -> b.isBetterThan(a) ? b : a);
  }

  private static IllegalArgumentException nothingFits(List<Device> devices, DeviceChoice choice) {
    return new IllegalArgumentException(
        "OpenCL has not %s; it has %s".formatted(choice, list(devices)));
  }

  /// All devices in one line.
  static String list(List<Device> devices) {
    return devices.isEmpty()
        ? "no device"
        : devices.stream()
            .map(device -> device.index() + ": " + device)
            .collect(Collectors.joining(", "));
  }
}
