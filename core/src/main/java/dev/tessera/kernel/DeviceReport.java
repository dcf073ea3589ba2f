package dev.tessera.kernel;

/// A device that a backend can be opened on, for lists.
///
/// @param index its place in the list, from 0
/// @param platform the name of the driver that offers it
/// @param name its own name
/// @param kind `GPU`, `CPU` or `accelerator`
/// @param memoryBytes its memory, in bytes
/// @param computeUnits how many multiprocessors or cores it has
/// @param fp64 whether it computes in float64
/// @param pinnedBytesPerSecond the measured rate at which pinned memory is copied to it, in bytes a
///   second; 0 where it could not be measured
/// @param trouble why it cannot serve, or an empty text
public record DeviceReport(
    int index,
    String platform,
    String name,
    String kind,
    long memoryBytes,
    int computeUnits,
    boolean fp64,
    double pinnedBytesPerSecond,
    String trouble) {}
