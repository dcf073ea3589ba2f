package dev.tessera.benchmarks.command;

import ai.djl.engine.Engine;
import com.knuddels.jtokkit.Encodings;
import dev.tessera.benchmarks.results.Subject;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.lucene.util.VectorUtil;

/// The peers in the same JVM: which of them load here, in which version. To be asked in a JVM of
/// its own, since some load native libraries.
final class Peers {
  private static final Set<String> BACKENDS = Set.of("scalar", "simd", "opencl");

  /// @param name by which suites and results name it
  /// @param profile the Maven profile that brings what it needs; empty where nothing is needed
  /// @param load loads it, native libraries included, and gives one of its own classes
  private record Peer(String name, String profile, Callable<Class<?>> load) {
    Subject probe() {
      try {
        Class<?> loaded = load.call();
        return new Subject(name, Subject.Kind.PEER, true, jar(loaded), "loads");
      } catch (Exception | LinkageError e) {
        return new Subject(name, Subject.Kind.PEER, false, "", reason(e));
      }
    }

    private String reason(Throwable thrown) {
      Throwable cause = thrown;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String help = profile.isEmpty() ? "" : "; TESSERA_PEERS=%s brings it".formatted(profile);
      boolean missing = cause instanceof ClassNotFoundException;
      String said = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
      return (missing ? "not on the class path" : "does not load: " + said) + help;
    }
  }

  private static final List<Peer> ALL =
      List.of(
          new Peer(
              "mkl",
              "mkl",
              () -> Class.forName("org.bytedeco.mkl.global.mkl_rt")), // links its libraries
          new Peer(
              "torch",
              "torch",
              () -> {
                System.setProperty("ai.djl.offline", "true");
                return Engine.getEngine("PyTorch").getClass();
              }),
          new Peer(
              "lucene",
              "peers",
              () -> {
                VectorUtil.squareDistance(new float[] {1}, new float[] {2});
                return VectorUtil.class;
              }),
          new Peer("jvector", "peers", () -> VectorizationProvider.getInstance().getClass()),
          new Peer("jtokkit", "", () -> Encodings.class),
          new Peer(
              "djl",
              "",
              () -> Class.forName("ai.djl.huggingface.tokenizers.jni.TokenizersLibrary")));

  private Peers() {}

  /// Whether a subject is one of Tessera's backends.
  static boolean isBackend(String subject) {
    return BACKENDS.contains(subject);
  }

  /// All peers, those that do not load included.
  static List<Subject> probe() {
    return ALL.stream().map(Peer::probe).toList();
  }

  /// The jar of a class, as in `jtokkit-1.1.0`.
  private static String jar(Class<?> loaded) {
    URL location = loaded.getProtectionDomain().getCodeSource().getLocation();
    String file = Path.of(location.getPath()).getFileName().toString();
    return file.endsWith(".jar") ? file.substring(0, file.length() - ".jar".length()) : file;
  }
}
