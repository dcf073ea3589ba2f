package dev.tessera.kernels.opencl;

import java.util.List;

/// Runs the kernel suite on the first OpenCL device, for `checks/oclgrind.sh`.
final class KernelSuiteMain {
  private KernelSuiteMain() {}

  /// Exit status 1 if there is a finding.
  ///
  /// @param args `small`, `hops`, or the place of one of the small searches; compiler options
  ///   behind it
  public static void main(String[] args) {
    OpenCl calls = new JoclCalls();
    Device device = Device.all(calls).getFirst();
    System.out.println(device);
    String options = String.join(" ", List.of(args).subList(1, args.length));
    try (Context context = new Context(calls, device);
        KernelSuite suite = new KernelSuite(context, options)) {
      List<SearchCase> cases = KernelSuite.smallCases();
      List<HopCheck> hops = List.of();
      switch (args[0]) {
        case "small" -> {
          suite.checkFill();
          suite.check(new MeansCheck(1200, 3, 5, 4, 1));
          suite.check(new SubtractCheck(9, 4, 67, 1));
          hops = HopCheck.smallCases();
        }
        case "hops" -> {
          cases = List.of();
          hops = HopCheck.smallCases();
        }
        default -> {
          int place = Integer.parseInt(args[0]);
          cases = cases.subList(place, place + 1);
        }
      }
      for (HopCheck hop : hops) {
        System.out.println(hop);
        suite.check(hop);
      }
      if (args[0].equals("small")) {
        for (MergeCheck merges : MergeCheck.smallCases()) {
          System.out.println(merges);
          suite.check(merges);
        }
        for (LinearCheck linear : LinearCheck.smallCases()) {
          System.out.println(linear);
          suite.check(linear);
        }
      }
      for (SearchCase search : cases) {
        System.out.println(search);
        suite.check(search);
      }
      suite.findings().forEach(System.out::println);
      System.out.println(suite.findings().size() + " findings of the suite");
      if (!suite.findings().isEmpty()) {
        System.exit(1);
      }
    }
  }
}
