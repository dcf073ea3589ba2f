package dev.tessera.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Orders from standard input, words on a line, each answered by a line on standard output: so a
/// script has a program do one thing after the other in one JVM.
final class Orders {
  private Orders() {}

  /// What answers an order.
  interface Answer {
    Object to(List<String> order) throws IOException, InterruptedException;
  }

  /// Serves orders until standard input ends.
  static void serve(Answer answer) throws IOException, InterruptedException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      System.out.println(answer.to(List.of(line.split(" "))));
      System.out.flush();
    }
  }
}
