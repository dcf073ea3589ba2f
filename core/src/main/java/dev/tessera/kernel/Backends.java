package dev.tessera.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// The opened backends, from the highest priority to the lowest. Thread-safe.
public final class Backends implements AutoCloseable {
  /// The name that lets each call choose its backend.
  public static final String AUTO = "auto";

  private static final System.Logger LOG = System.getLogger("dev.tessera");

  /// Backends that this project ships, each with what brings it in: so that one which is merely not
  /// linked is reported, too.
  private static final Map<String, String> SHIPPED =
      Map.of("simd", "tessera-kernels-simd", "opencl", "tessera-kernels-opencl");

  private final List<Backend> serving;
  private final BackendReport report;
  private final int threads;
  private final Object lock = new Object();
  private @Nullable WorkerPool pool;
  private volatile boolean closed;

  private Backends(List<Backend> serving, BackendReport report, int threads) {
    this.serving = List.copyOf(serving);
    this.report = report;
    this.threads = threads;
  }

  /// Probes every backend that `ServiceLoader` finds, and opens the one that was asked for, or, for
  /// `auto`, all that are available.
  ///
  /// @param requested a backend's name, or [#AUTO]
  /// @throws IllegalArgumentException if no backend has that name
  /// @throws KernelException if the backend that was asked for is unavailable; says why, and what
  ///   helps
  public static Backends open(String requested, BackendOptions options) {
    return open(requested, options, discover());
  }

  /// As [#open(String, BackendOptions)], over given providers.
  public static Backends open(
      String requested, BackendOptions options, List<KernelProvider> providers) {
    List<KernelProvider> ranked = new ArrayList<>(providers);
    ranked.sort(Comparator.comparingInt(KernelProvider::priority).reversed());
    List<BackendReport.Entry> entries = new ArrayList<>();
    List<Backend> opened = new ArrayList<>();
    boolean known = requested.equals(AUTO);
    try {
      for (KernelProvider provider : ranked) {
        known |= requested.equals(provider.name());
        Availability availability = provider.probe(options);
        boolean serves =
            availability instanceof Availability.Available
                && (requested.equals(AUTO)
                    ? provider.servesAuto()
                    : requested.equals(provider.name()));
        if (serves) {
          try {
            opened.add(provider.open(options));
          } catch (KernelException e) {
            serves = false;
            availability =
                new Availability.Unavailable(
                    String.valueOf(e.getMessage()), "open another backend, or auto");
          }
        }
        entries.add(new BackendReport.Entry(provider.name(), availability, serves));
      }
      for (String missing : missing(ranked)) {
        known |= requested.equals(missing);
        entries.addFirst(
            new BackendReport.Entry(
                missing,
                new Availability.Unavailable(
                    "its module is not linked", "add dev.tessera:" + SHIPPED.get(missing)),
                false));
      }
      BackendReport report = new BackendReport(requested, entries);
      if (!known) {
        throw new IllegalArgumentException(
            "there is no backend `%s`; there are auto, %s"
                .formatted(
                    requested,
                    String.join(", ", entries.stream().map(BackendReport.Entry::name).toList())));
      }
      if (opened.isEmpty()) {
        throw new KernelException(
            "the backend that was asked for cannot serve: "
                + entries.stream()
                    .filter(entry -> requested.equals(AUTO) || entry.name().equals(requested))
                    .findFirst()
                    .map(BackendReport.Entry::toString)
                    .orElse("no backend is linked; add dev.tessera:tessera-core"));
      }
      LOG.log(System.Logger.Level.INFO, "Tessera backends: {0}", report);
      return new Backends(opened, report, options.threads());
    } catch (RuntimeException | Error e) {
      opened.forEach(Backend::close);
      throw e;
    }
  }

  /// Every backend that `ServiceLoader` finds, one a name; a provider that cannot even be loaded is
  /// reported as unavailable.
  @SuppressWarnings("ReferenceEquality") // one loader asked twice, or two of them
  public static List<KernelProvider> discover() {
    Map<String, KernelProvider> found = new LinkedHashMap<>();
    ClassLoader own = KernelProvider.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    collect(ServiceLoader.load(KernelProvider.class, own), found);
    if (context != null && context != own) {
      collect(ServiceLoader.load(KernelProvider.class, context), found);
    }
    return List.copyOf(found.values());
  }

  private static void collect(
      ServiceLoader<KernelProvider> loader, Map<String, KernelProvider> found) {
    loader.stream()
        .forEach(
            entry -> {
              try {
                KernelProvider provider = entry.get();
                found.putIfAbsent(provider.name(), provider);
              } catch (ServiceConfigurationError e) {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "the backend provider {0} does not load: {1}",
                    entry.type().getName(),
                    e.getMessage());
              }
            });
  }

  private static List<String> missing(List<KernelProvider> providers) {
    List<String> names = providers.stream().map(KernelProvider::name).toList();
    return SHIPPED.keySet().stream().filter(name -> !names.contains(name)).sorted().toList();
  }

  /// The backends that serve, from the highest priority to the lowest; at least one.
  public List<Backend> serving() {
    return serving;
  }

  /// What was found, what serves, and why the rest does not.
  public BackendReport report() {
    return report;
  }

  /// How many threads a call may use.
  public int threads() {
    return threads;
  }

  /// Threads for work on the host that is no kernel's; they start on the first call.
  ///
  /// @throws IllegalStateException if the backends are closed
  public WorkerPool pool() {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the backends are closed");
      }
      if (pool == null) {
        pool = new WorkerPool("tessera-host", threads);
      }
      return pool;
    }
  }

  /// Whether [#close()] was called.
  public boolean isClosed() {
    return closed;
  }

  /// Closes every backend.
  @Override
  public void close() {
    WorkerPool started;
    synchronized (lock) {
      closed = true;
      started = pool;
      pool = null;
    }
    if (started != null) {
      started.close();
    }
    serving.forEach(Backend::close);
  }
}
