package dev.tessera.kernels.opencl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a Linux host has of OpenCL, and what exactly is missing: the loader finds drivers by `.icd`
/// files, each of which names a driver's library; NVIDIA's driver package may come without either.
final class OpenClSetup {
  private static final Path VENDORS = Path.of("/etc/OpenCL/vendors");

  // What is there while a GPU's kernel driver is loaded.
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/version");
  private static final Path AMD = Path.of("/dev/kfd");

  private OpenClSetup() {}

  /// One line for each thing looked at.
  static List<String> findings() {
    List<String> lines = new ArrayList<>();
    String vendors = System.getenv("OCL_ICD_VENDORS");
    lines.add("OCL_ICD_VENDORS is " + (vendors == null ? "not set" : "`" + vendors + "`"));
    List<Path> files = icdFiles(vendors());
    lines.add(
        vendors()
            + (files.isEmpty()
                ? " has no .icd file"
                : " has " + files.stream().map(OpenClSetup::describe).toList()));
    lines.add("NVIDIA's kernel driver: " + nvidiaDriver());
    List<Path> libraries = libraries("libnvidia-opencl.so");
    lines.add(
        "libnvidia-opencl.so.1: "
            + (libraries.isEmpty() ? "not in any library folder" : "" + libraries));
    List<Path> cuda = libraries("libcuda.so");
    lines.add("libcuda.so.1: " + (cuda.isEmpty() ? "not in any library folder" : "" + cuda));
    lines.add("LD_LIBRARY_PATH is " + System.getenv("LD_LIBRARY_PATH"));
    return lines;
  }

  /// Why a check that found no GPU is no check of this host's: a kernel driver of one is loaded.
  static Optional<String> unusedGpu() {
    if (Files.exists(NVIDIA)) {
      return Optional.of("NVIDIA's kernel driver is loaded. " + advice());
    }
    return Files.exists(AMD)
        ? Optional.of("AMD's kernel driver is loaded. " + advice())
        : Optional.empty();
  }

  /// What to do where there is no platform, or none of a GPU.
  static String advice() {
    boolean library = !libraries("libnvidia-opencl.so").isEmpty();
    boolean driver = Files.exists(NVIDIA);
    boolean named = icdFiles(vendors()).stream().anyMatch(icd -> describe(icd).contains("nvidia"));
    if (driver && !library) {
      return "MISSING: libnvidia-opencl.so.1. The NVIDIA driver is loaded, its OpenCL library is"
          + " not installed (or, in a container, not passed through:"
          + " NVIDIA_DRIVER_CAPABILITIES must hold `compute`). It comes with the driver:"
          + " package libnvidia-compute-NNN or nvidia-opencl-icd, in the driver's own"
          + " version.";
    }
    if (library && !named) {
      return "MISSING: the file /etc/OpenCL/vendors/nvidia.icd. The library is there, and no .icd"
          + " file names it: write its name, libnvidia-opencl.so.1, into that file, or set"
          + " OCL_ICD_VENDORS=libnvidia-opencl.so.1 (which hides all other platforms), and"
          + " LD_LIBRARY_PATH to the folder that holds it.";
    }
    if (!driver && !Files.exists(AMD)) {
      return "MISSING: a GPU driver. Neither " + NVIDIA + " nor " + AMD + " exists on this host.";
    }
    return "MISSING: a platform. There are .icd files, but no library that they name answers: see"
        + " which file names which library, and whether it can be loaded (ldd).";
  }

  /// Where the loader looks for .icd files.
  private static Path vendors() {
    String folder = System.getenv("OCL_ICD_VENDORS");
    return folder != null && Files.isDirectory(Path.of(folder)) ? Path.of(folder) : VENDORS;
  }

  private static List<Path> icdFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".icd")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describe(Path icd) {
    try {
      return icd.getFileName() + " -> " + Files.readString(icd).strip();
    } catch (IOException e) {
      return icd.getFileName() + " (unreadable)";
    }
  }

  private static String nvidiaDriver() {
    try {
      return Files.exists(NVIDIA)
          ? Files.readAllLines(NVIDIA).getFirst()
          : "none: " + NVIDIA + " does not exist";
    } catch (IOException e) {
      return "unreadable: " + e.getMessage();
    }
  }

  private static List<Path> libraries(String prefix) {
    List<String> folders = new ArrayList<>();
    String path = System.getenv("LD_LIBRARY_PATH");
    if (path != null) {
      folders.addAll(List.of(path.split(":")));
    }
    folders.addAll(
        List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/x86_64-linux-gnu/nvidia/current",
            "/usr/lib64",
            "/usr/lib64/nvidia",
            "/usr/lib/nvidia",
            "/usr/lib",
            "/usr/local/nvidia/lib64",
            "/usr/local/nvidia/lib",
            "/usr/local/cuda/lib64"));
    List<Path> found = new ArrayList<>();
    for (String folder : folders) {
      if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
        continue;
      }
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(file -> file.getFileName().toString().startsWith(prefix)).forEach(found::add);
      } catch (IOException e) {
        // a folder that cannot be read holds nothing that could be loaded
      }
    }
    return found.stream().sorted().distinct().toList();
  }
}
