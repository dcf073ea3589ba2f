package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.results.PerCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A hot path: which suite measures it, and what a call of it does.
enum HotPath {
  /// Vectors to ids of the nearest codewords.
  NEAREST("NearestBenchmark") {
    @Override
    String method(BenchCase measured) {
      return "encode";
    }

    @Override
    List<String> parameters(BenchCase measured, Path texts) {
      return List.of(
          "backend=" + measured.subject(),
          "shape=" + measured.shape(),
          "data=" + measured.data(),
          "threads=" + measured.threads());
    }

    @Override
    PerCall perCall(BenchCase measured, Map<String, String> facts) {
      double rows = number(facts, "rows"); // fewer than asked for where a subject is slow
      double codes = measured.size("codewords");
      double columns = measured.size("columns");
      return new PerCall(
          "points",
          rows,
          FLOPS_A_TERM * rows * codes * columns,
          Float.BYTES * (rows * columns + codes * columns) + Integer.BYTES * rows);
    }
  },

  /// Text to ids of tokens.
  TEXT("TextBenchmark") {
    @Override
    String method(BenchCase measured) {
      return measured.data().endsWith(IN_DOCUMENTS) ? "batch" : "encode";
    }

    @Override
    List<String> parameters(BenchCase measured, Path texts) {
      return List.of(
          "tokenizer=" + measured.subject(),
          "folder=" + texts,
          "text=" + measured.data().replace(IN_DOCUMENTS, ""),
          "size=" + measured.size("bytes"),
          "threads=" + measured.threads());
    }

    @Override
    PerCall perCall(BenchCase measured, Map<String, String> facts) {
      return new PerCall("bytes", number(facts, "bytes"), 0, 0); // no arithmetic to count
    }
  },

  /// A graph and features to three hops.
  HOPS("HopBenchmark") {
    @Override
    String method(BenchCase measured) {
      return "lastHop";
    }

    @Override
    List<String> parameters(BenchCase measured, Path texts) {
      return List.of(
          "backend=" + measured.subject(),
          "graph=" + measured.data() + "_" + measured.shape(),
          "threads=" + measured.threads());
    }

    @Override
    PerCall perCall(BenchCase measured, Map<String, String> facts) {
      double edges = HOPS_A_CALL * number(facts, "edges");
      double nodes = (double) HOPS_A_CALL * measured.size("nodes");
      double columns = measured.size("columns");
      return new PerCall(
          "edges",
          edges,
          FLOPS_A_TERM * edges * columns,
          2 * Float.BYTES * nodes * columns + Integer.BYTES * edges);
    }
  };

  /// What the name of a text ends with where it is given in documents, on all threads.
  static final String IN_DOCUMENTS = " in 64 documents";

  private static final double FLOPS_A_TERM = 2;
  private static final int HOPS_A_CALL = 3;

  private final String suite;

  HotPath(String suite) {
    this.suite = suite;
  }

  /// By which results and options name it.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Who can be measured on it, the backends first.
  List<String> subjects() {
    return switch (this) {
      case NEAREST -> List.of("scalar", "simd", "opencl", "mkl", "torch", "lucene", "jvector");
      case TEXT -> List.of("scalar", "simd", "jtokkit", "djl");
      case HOPS -> List.of("scalar", "simd", "opencl", "mkl");
    };
  }

  /// The name of the suite's class.
  String suite() {
    return suite;
  }

  /// The suite's method.
  abstract String method(BenchCase measured);

  /// The suite's parameters, as `name=value`.
  ///
  /// @param texts the folder of [BenchTexts]
  abstract List<String> parameters(BenchCase measured, Path texts);

  /// What a call does.
  ///
  /// @param facts what the fork told
  abstract PerCall perCall(BenchCase measured, Map<String, String> facts);

  private static double number(Map<String, String> facts, String name) {
    String value = facts.get(name);
    if (value == null) {
      throw new IllegalStateException("the fork did not tell how many " + name + " there were");
    }
    return Double.parseDouble(value);
  }
}
