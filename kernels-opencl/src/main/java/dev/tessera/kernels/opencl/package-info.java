/// The OpenCL backend: batches of vectors, hops of graphs and pieces of text on a GPU, with the ids
/// and the bits of every other backend.
///
/// From the bottom up:
///
/// | what | classes |
/// |---|---|
/// | the seam: some 25 OpenCL calls behind an interface, through JOCL | [dev.tessera.kernels.opencl.OpenCl], [dev.tessera.kernels.opencl.JoclCalls] |
/// | what a device is, and which is taken | [dev.tessera.kernels.opencl.Device], [dev.tessera.kernels.opencl.DeviceSelection] |
/// | OpenCL's objects, each closed by its owner | [dev.tessera.kernels.opencl.Context], [dev.tessera.kernels.opencl.Queue], [dev.tessera.kernels.opencl.Buffer], [dev.tessera.kernels.opencl.PinnedBuffer], [dev.tessera.kernels.opencl.Kernel], [dev.tessera.kernels.opencl.Event], and a [dev.tessera.kernels.opencl.ProgramCache] by device, source and options |
/// | a device in use by one backend, a call at a time, its memory counted | [dev.tessera.kernels.opencl.Session], [dev.tessera.kernels.opencl.Workspace] |
/// | rows in chunks, copies beside kernels | [dev.tessera.kernels.opencl.RowStream] with its [dev.tessera.kernels.opencl.ChunkCommands]; rows through pinned memory: [dev.tessera.kernels.opencl.RowStaging]; how many rows: [dev.tessera.kernels.opencl.ChunkSize] |
/// | a small class a kernel: it knows the program's constants, arguments and work-groups | [dev.tessera.kernels.opencl.CentreKernel], [dev.tessera.kernels.opencl.ScreenKernel], [dev.tessera.kernels.opencl.CertifyKernel], [dev.tessera.kernels.opencl.ResolveKernels], [dev.tessera.kernels.opencl.CentroidKernels], [dev.tessera.kernels.opencl.HopKernels], [dev.tessera.kernels.opencl.LinearProgram], [dev.tessera.kernels.opencl.MergeKernels] |
/// | a codebook on the device, whole or in parts | [dev.tessera.kernels.opencl.CodebookLayout], [dev.tessera.kernels.opencl.DeviceCodebook], [dev.tessera.kernels.opencl.PreparedCodebook] |
/// | a graph on the device: rows as tasks, columns in slabs | [dev.tessera.kernels.opencl.HopTasks], [dev.tessera.kernels.opencl.DeviceGraph], [dev.tessera.kernels.opencl.ColumnSlab], [dev.tessera.kernels.opencl.SlabMemory] |
/// | a linear layer on the device | [dev.tessera.kernels.opencl.DeviceLayer] |
/// | pieces by length, rules by pair | [dev.tessera.kernels.opencl.PieceOrder], [dev.tessera.kernels.opencl.RuleTable] |
/// | what is done with the rows | [dev.tessera.kernels.opencl.ScreenJob], [dev.tessera.kernels.opencl.DefinitionJob], [dev.tessera.kernels.opencl.AssignJob], [dev.tessera.kernels.opencl.HopJob], [dev.tessera.kernels.opencl.LinearJob], [dev.tessera.kernels.opencl.MergeJob] |
/// | the service | [dev.tessera.kernels.opencl.OpenClNearest], [dev.tessera.kernels.opencl.OpenClLloyd], [dev.tessera.kernels.opencl.OpenClHop], [dev.tessera.kernels.opencl.OpenClLinear], [dev.tessera.kernels.opencl.OpenClMerge], [dev.tessera.kernels.opencl.OpenClBackend], [dev.tessera.kernels.opencl.OpenClProvider] with its [dev.tessera.kernels.opencl.SelfTest] |
///
/// To add a kernel: put the program beside the others in the resources, with a header that states
/// the computation, the tile, the work-group and why; write one class that takes it from
/// [dev.tessera.kernels.opencl.Context#newKernel], sets its arguments and starts it through
/// [dev.tessera.kernels.opencl.ChunkCommands#run]; write the
/// [dev.tessera.kernels.opencl.RowStream.Job] that says what is copied in and out. Interrupts,
/// faults, memory that runs out, times and the turns of callers are then taken care of. Work that
/// does not stream by rows uses [dev.tessera.kernels.opencl.Session#run] and its queues directly,
/// as [dev.tessera.kernels.opencl.OpenClLloyd] does for its sums.
///
/// Drivers built on LLVM, PoCL among them, call `llvm::sys::RemoveFileOnSignal` for each file that
/// their compiler writes, which puts handlers of LLVM's in place of the JVM's for SIGSEGV, SIGBUS
/// and others. The JVM raises these in normal running, for null checks and safepoints. The first
/// such signal then deletes the compiler's files, so that `clBuildProgram` fails, and a second one
/// at the same time finds no handler at all: the process ends without a message. Nothing that runs
/// inside the JVM closes that gap. Programs that run OpenCL on the processor preload the JDK's
/// signal chaining, `LD_PRELOAD=$JAVA_HOME/lib/libjsig.so`, as the launcher `tessera`, the tests
/// and the checks do.
///
/// What ran on which GPU is told beside the check, in `kernels-opencl/bundle/README.md`.
@NullMarked
package dev.tessera.kernels.opencl;

import org.jspecify.annotations.NullMarked;
