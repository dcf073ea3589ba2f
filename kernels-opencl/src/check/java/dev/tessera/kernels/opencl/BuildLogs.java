package dev.tessera.kernels.opencl;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_program;

/// What a device's compiler says of each program, also where all is well: NVIDIA's names registers
/// and spills when asked with `-cl-nv-verbose`.
final class BuildLogs {
  private BuildLogs() {}

  /// The log of each program, by name and constants.
  static Map<String, Object> of(OpenCl calls, Device device, CheckReport report) {
    boolean nvidia = device.platformName().contains("NVIDIA");
    Map<String, Object> logs = new LinkedHashMap<>();
    OpenCl.ContextId context = calls.createContext(device.platform(), device.id());
    try {
      for (String[] program : programs(device)) {
        String name = (program[0] + " " + program[1]).strip();
        String log =
            log(
                (cl_context) context.handle(),
                (cl_device_id) device.id().handle(),
                ProgramCache.text(program[0]),
                ("-cl-std=CL1.2 " + program[1] + (nvidia ? " -cl-nv-verbose" : "")).strip());
        logs.put(name, log);
        report.say(
            "%s%s",
            name, log.isEmpty() ? ": built, no log" : ":\n" + log.indent(2).stripTrailing());
        if (nvidia && log.matches("(?s).*[1-9][0-9]* bytes spill.*")) {
          report.fail(name + " spills registers");
        }
      }
    } finally {
      calls.release(context);
    }
    return logs;
  }

  private static String[][] programs(Device device) {
    String tiles = "-DPOINT_TILE=64 -DCODE_TILE=128";
    return new String[][] {
      {"fill.cl", ""},
      {"centre.cl", "-DPOINT_TILE=64 -DWORK_ITEMS=64 -DMETRIC=0"},
      {"centre.cl", "-DPOINT_TILE=64 -DWORK_ITEMS=64 -DMETRIC=2"},
      {"screen_tiled.cl", tiles + " -DCHUNK=16"},
      {"screen_tiled.cl", tiles + " -DCHUNK=8"},
      {"screen_tiled.cl", "-DPOINT_TILE=128 -DCODE_TILE=128 -DCHUNK=16"},
      {"screen_tiled.cl", "-DPOINT_TILE=128 -DCODE_TILE=128 -DCHUNK=8"},
      {"screen_small.cl", tiles + " -DWORK_ITEMS=64 -DPOINTS=8 -DDEPTH=4"},
      {"screen_small.cl", tiles + " -DWORK_ITEMS=64 -DPOINTS=4 -DDEPTH=8"},
      {"screen_plain.cl", "-DPOINT_TILE=8 -DCODE_TILE=8 -DWORK_ITEMS=64"},
      {"certify.cl", tiles + " -DWORK_ITEMS=64"},
      {"resolve.cl", tiles + " -DWORK_ITEMS=64 -DMETRIC=0"},
      {"resolve.cl", tiles + " -DWORK_ITEMS=64 -DMETRIC=2"},
      {"centroids.cl", Division.options(device)},
      {"centroids.cl", Division.IN_DOUBLE},
      {"hop.cl", HopKernels.options(4, false, false, "")},
      {"hop.cl", HopKernels.options(4, true, false, "")},
      {"hop.cl", HopKernels.options(4, false, true, Division.options(device))},
      {"merge.cl", "-DMOST=32 -DITEMS=64"},
    };
  }

  private static String log(
      cl_context context, cl_device_id device, String source, String options) {
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithSource(context, 1, new String[] {source}, null, status);
    int built = CL.clBuildProgram(program, 1, new cl_device_id[] {device}, options, null, null);
    long[] size = new long[1];
    CL.clGetProgramBuildInfo(program, device, CL.CL_PROGRAM_BUILD_LOG, 0, null, size);
    byte[] log = new byte[Math.toIntExact(size[0])];
    if (log.length > 0) {
      CL.clGetProgramBuildInfo(
          program, device, CL.CL_PROGRAM_BUILD_LOG, log.length, Pointer.to(log), null);
    }
    CL.clReleaseProgram(program);
    String text = JoclCalls.text(log);
    return built == CL.CL_SUCCESS
        ? text
        : "DOES NOT BUILD, " + CL.stringFor_errorCode(built) + "\n" + text;
  }
}
