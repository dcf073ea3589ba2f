package dev.tessera.kernels.simd;

import dev.tessera.kernel.Availability;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;

/// Whether this JVM turns vector code into vector instructions.
final class VectorRuntime {
  private static final String MODULE = "jdk.incubator.vector";

  private VectorRuntime() {}

  static Availability probe() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Availability.Unavailable(
          "the module " + MODULE + " is not there", "start java with --add-modules " + MODULE);
    }
    String compiler = System.getProperty("java.vm.info", "").toLowerCase(Locale.ROOT);
    if (!compiler.contains("mixed mode") && !compiler.contains("compiled mode")) {
      return new Availability.Unavailable(
          "the JVM only interprets (" + compiler + ")", "start java without -Xint");
    }
    if (compiler.contains("emulated-client")) {
      return noC2();
    }
    try {
      String level = flag("TieredStopAtLevel");
      if (!level.isEmpty() && !level.equals("4")) {
        return noC2();
      }
      if (flag("UseFMA").equals("false")) {
        return new Availability.Unavailable(
            "there is no fused multiply-add in hardware",
            "use a processor with FMA3 or NEON, and start java without -XX:-UseFMA");
      }
      long bits = 8 * Long.parseLong(flag("MaxVectorSize"));
      if (bits < 128) {
        return new Availability.Unavailable(
            "vectors have " + bits + " bits, at least 128 are needed",
            "start java without -XX:MaxVectorSize");
      }
    } catch (JMException | NumberFormatException e) {
      return new Availability.Unavailable(
          "the JVM does not tell its flags (" + e.getMessage() + ")",
          "use a HotSpot JVM with the module jdk.management");
    }
    return new Availability.Available(VectorWidth.bits() + "-bit vectors");
  }

  private static Availability noC2() {
    return new Availability.Unavailable(
        "the C2 compiler is off", "start java without -XX:TieredStopAtLevel");
  }

  /// A HotSpot flag's value, by way of its management bean, which needs no module at compile time;
  /// empty if this JVM has no such flag.
  private static String flag(String name) throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName diagnostics = new ObjectName("com.sun.management:type=HotSpotDiagnostic");
    Object[] arguments = {name};
    try {
      Object option =
          server.invoke(
              diagnostics,
              "getVMOption",
              arguments,
              List.of(String.class.getName()).toArray(String[]::new));
      return String.valueOf(((CompositeData) option).get("value"));
    } catch (RuntimeMBeanException e) {
      return ""; // no such flag
    }
  }
}
